package cli

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/output"
)

// help prints a command's page: what it answers, its usage, examples that can be copied, and its flags.
func (p Program) help(cmd *cobra.Command, _ []string) {
	if !cmd.HasParent() {
		_ = printOverview(cmd) // the sink remembers the error
		return
	}
	var page bytes.Buffer
	l := Language(cmd)
	screen := Screen(cmd.OutOrStdout(), l)
	about := p.named().in(strings.TrimSpace(l.Translate(cmd.Long)), p.Change == nil)
	fmt.Fprintf(&page, "%s\n", fitting(about, screen))
	if p.Compose == nil && strings.Contains(cmd.Use, "FILE") && cmd.Flag("publish") != nil {
		fmt.Fprintf(&page, "%s\n", fitting(l.Sprintf("This program reads no Compose files: the full safeport does."), screen))
	}
	fmt.Fprintf(&page, "\n%s\n  %s\n", l.Sprintf("Usage:"), cmd.UseLine())
	if cmd.Example != "" {
		fmt.Fprintf(&page, "\n%s\n%s\n", l.Sprintf("Examples:"), p.called(strings.TrimRight(cmd.Example, "\n")))
	}
	for _, group := range flagGroups(cmd, l) {
		fmt.Fprintf(&page, "\n%s\n%s", group.title, p.named().in(group.flags.FlagUsagesWrapped(helpWidth(l, screen)), p.Change == nil))
	}
	_, _ = page.WriteTo(cmd.OutOrStdout())
}

// wide is where the characters begin that no space parts.
const wide = 0x2E80

// fitting wraps a text that is wider than the terminal. Examples and what is below each other stays so.
func fitting(text string, screen output.Options) string {
	if screen.Columns == 0 {
		return text
	}
	var lines []string
	open := false // the last line goes on
	for line := range strings.SplitSeq(text, "\n") {
		if open && line != "" && !strings.HasPrefix(line, " ") {
			last, _ := utf8.DecodeLastRuneInString(lines[len(lines)-1])
			if first, _ := utf8.DecodeRuneInString(line); last < wide && first < wide {
				lines[len(lines)-1] += " "
			}
			lines[len(lines)-1] += line
		} else {
			lines = append(lines, line)
		}
		open = line != "" && !strings.HasPrefix(line, " ") && !strings.HasSuffix(line, ".") && !strings.HasSuffix(line, "。")
	}
	for i, line := range lines {
		lead := beforeColumn().FindString(line)
		if len(lead) > screen.Width/2 {
			lead = "      "
			lines[i] = strings.TrimRight(beforeColumn().FindString(line), " ") + "\n"
			lines[i] += screen.Hanging(lead, beforeColumn().ReplaceAllString(line, ""))
			continue
		}
		lines[i] = screen.Hanging(lead, strings.TrimPrefix(line, lead))
	}
	return strings.Join(lines, "\n")
}

// beforeColumn is the first of two columns: "  safeport who 80    ".
var beforeColumn = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^  \S.*?\S {2,}`) })

// helpWidth is where lines of flags are wrapped. pflag counts bytes and breaks at spaces: Chinese is better left alone.
func helpWidth(l message.Language, screen output.Options) int {
	if l == message.Chinese {
		return 0
	}
	if screen.Columns > 0 {
		return max(40, screen.Width)
	}
	return 100
}

func newHelp() *cobra.Command {
	return &cobra.Command{
		Use:    "help [COMMAND]",
		Short:  "Explain a command",
		Hidden: true,
		RunE: func(cmd *cobra.Command, words []string) error {
			if len(words) == 0 {
				return printOverview(cmd)
			}
			target, _, err := cmd.Root().Find(words)
			if err != nil || target == cmd.Root() {
				return noSuchCommand(cmd, words)
			}
			return target.Help()
		},
	}
}
