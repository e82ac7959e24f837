package main

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"

	"github.com/cpuguy83/go-md2man/v2/md2man"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/safeport/safeport/internal/cli/change"
	"github.com/safeport/safeport/internal/message"
)

// titles are the words of a manual page that are its own.
type titles struct {
	name, synopsis, description, commands, options, examples, exitStatus, seeAlso string

	status string // what begins the exit statuses at the end of the overview
}

func titlesIn(l message.Language) titles {
	if l == message.Chinese {
		return titles{"名称", "用法", "说明", "命令", "选项", "示例", "退出状态", "另见", "退出状态："}
	}
	return titles{"NAME", "SYNOPSIS", "DESCRIPTION", "COMMANDS", "OPTIONS", "EXAMPLES", "EXIT STATUS", "SEE ALSO", "Exit status: "}
}

// manual makes a manual page of each command from what its --help says: safeport.1, safeport-check.1, …
func manual(l message.Language, commit commit) map[string][]byte {
	root := change.Safeport().Commands(l)
	pages := map[string][]byte{}
	for _, cmd := range append([]*cobra.Command{root}, root.Commands()...) {
		if cmd.Hidden {
			continue
		}
		roff := md2man.Render([]byte(page(cmd, titlesIn(l), commit)))
		roff = bytes.Replace(roff, []byte("\n.SH"), []byte("\n.ad l\n.SH"), 1) // Chinese has few gaps to stretch, and paths are long
		pages[pageName(cmd)+".1"] = minus.ReplaceAll(roff, []byte(`$1\-$2`))
	}
	return pages
}

// minus is a flag's. groff 1.23 prints a plain one as a hyphen, which a shell does not know when it is pasted.
var minus = regexp.MustCompile(`(\s|\\fB|["(|]|-)-([a-z-])`)

func pageName(cmd *cobra.Command) string { return strings.ReplaceAll(cmd.CommandPath(), " ", "-") }

// page is a command's page as the Markdown that md2man takes.
func page(cmd *cobra.Command, t titles, commit commit) string {
	var b strings.Builder
	name := pageName(cmd)
	version, _, _ := strings.Cut(commit.version, "-") // the line is narrow
	fmt.Fprintf(&b, "%% %q %q %q %q %q\n", strings.ToUpper(name), "1", commit.time.Format("2006-01-02"), "safeport "+version, "safeport")
	section := func(title, text string) {
		if text != "" {
			fmt.Fprintf(&b, "\n# %s\n\n%s\n", title, strings.TrimRight(text, "\n"))
		}
	}
	section(t.name, markdown(name)+" - "+markdown(cmd.Short))
	section(t.synopsis, synopsis(cmd))
	about, status, _ := strings.Cut(cmd.Root().Long, t.status) // the end of the overview, true of all commands
	if cmd.HasParent() {
		about = cmd.Long
	}
	section(t.description, prose(about))
	section(t.commands, commandList(cmd))
	section(t.options, flagList(cmd))
	section(t.examples, prose(cmd.Example))
	section(t.exitStatus, markdown(statuses(cmd.Name(), status)))
	section(t.seeAlso, seeAlso(cmd))
	return b.String()
}

// ends are the exit statuses that a command has, besides 0 and 2. One that runs another program ends as that does.
var ends = map[string]string{
	"safeport": "1345", "check": "13", "install": "1345", "upgrade": "1345", "rollback": "1345", "uninstall": "1345", "free-up": "1345",
	"status": "13", "export": "13", "who": "3", "free": "1", "hold": "1", "map": "3", "report": "13",
}

// statuses are those of a command, of the list that the overview has of all.
func statuses(command, all string) string {
	separator := ", "
	if !strings.Contains(all, separator) {
		separator = "，"
	}
	var list []string
	for _, item := range strings.Split(strings.TrimRight(all, ".。\n"), separator) {
		if item = strings.TrimSpace(item); item != "" && strings.Contains("02"+ends[command], item[:1]) {
			list = append(list, item)
		}
	}
	return strings.Join(list, separator)
}

func synopsis(cmd *cobra.Command) string {
	if !cmd.HasParent() {
		return "**safeport** *COMMAND* [*ARGUMENT*...]"
	}
	return "**" + markdown(cmd.CommandPath()) + "** " + markdown(strings.TrimPrefix(cmd.UseLine(), cmd.CommandPath()+" "))
}

func commandList(cmd *cobra.Command) string {
	var b strings.Builder
	for _, c := range cmd.Commands() {
		if !c.Hidden {
			fmt.Fprintf(&b, "**%s**(1)\n: %s\n\n", markdown(pageName(c)), markdown(c.Short))
		}
	}
	return b.String()
}

func flagList(cmd *cobra.Command) string {
	var b strings.Builder
	cmd.InheritedFlags() // adds those of the root command
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		kind, usage := pflag.UnquoteUsage(f)
		tag := "**" + markdown("--"+f.Name) + "**"
		if f.Shorthand != "" {
			tag = "**" + markdown("-"+f.Shorthand) + "**, " + tag
		}
		if kind != "" {
			tag += " *" + markdown(kind) + "*"
		}
		fmt.Fprintf(&b, "%s\n: %s\n\n", tag, markdown(usage))
	})
	return b.String()
}

func seeAlso(cmd *cobra.Command) string {
	if cmd.HasParent() {
		return "**safeport**(1)"
	}
	return "**docker-run**(1), **ss**(8), **lsof**(8)"
}

// prose is plain text as Markdown: what is indented is to be copied, and stays as it is.
func prose(text string) string {
	var b strings.Builder
	code := false
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		indented := strings.HasPrefix(line, "  ")
		if indented != code && line != "" {
			b.WriteByte('\n')
			code = indented
		}
		switch {
		case indented:
			line = "    " + line[2:]
		default:
			line = markdown(line)
		}
		b.WriteString(line + "\n")
	}
	return b.String()
}

// markdown escapes what Markdown would take for its own.
func markdown(text string) string {
	var b strings.Builder
	for _, r := range text {
		if strings.ContainsRune("\\`*_{}[]()<>#+-.!|~$", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}
