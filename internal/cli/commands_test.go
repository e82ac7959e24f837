package cli_test

import (
	"bytes"
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/safeport/safeport/internal/cli/change"
	"github.com/safeport/safeport/internal/message"
)

var commandPages = flag.Bool("commands", false, "rewrite docs/commands.md")

// The command line as pages is what --help prints: go test ./internal/cli -run CommandPages -commands.
func TestCommandPages(t *testing.T) {
	for l, page := range map[message.Language]struct{ path, head string }{
		message.English: {"../../docs/commands.md", "# Commands\n\n[中文](commands.zh.md)\n\nEvery command, as `--help` prints it. Made by a test; don't edit.\n"},
		message.Chinese: {"../../docs/commands.zh.md", "# 命令\n\n[English](commands.md)\n\n每条命令，与 `--help` 的输出相同。由测试生成，请勿手工修改。\n"},
	} {
		var text strings.Builder
		text.WriteString(page.head)
		var names []string
		for _, cmd := range change.Safeport().Commands(l).Commands() {
			if !cmd.Hidden {
				names = append(names, cmd.Name())
			}
		}
		for _, name := range append([]string{""}, names...) {
			var out, errs bytes.Buffer
			words := strings.Fields(name + " --help --lang " + string(l))
			if status := change.Safeport().Main(words, nil, &out, &errs); status != 0 || errs.Len() > 0 {
				t.Fatalf("%q: status %d, %s", words, status, &errs)
			}
			text.WriteString("\n## " + strings.TrimSpace("safeport "+name) + "\n\n")
			for line := range strings.Lines(out.String()) {
				if line != "\n" {
					line = "    " + line
				}
				text.WriteString(line)
			}
		}
		if *commandPages {
			if err := os.WriteFile(page.path, []byte(text.String()), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		now, err := os.ReadFile(page.path)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(now), text.String()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", page.path, diff)
		}
	}
}
