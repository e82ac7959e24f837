package main

import (
	"os"
	"path"
	"strings"
	"testing"

	"github.com/safeport/safeport/internal/message"
)

// Whoever reads the packaged README finds what it points to beside it, or where the source is.
func TestPackagedLinksLeadSomewhere(t *testing.T) {
	files := map[string][]byte{}
	if err := documents(files, ".."); err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		if !strings.HasSuffix(name, ".md") {
			continue
		}
		for _, found := range link.FindAllStringSubmatch(string(text), -1) {
			to, _, _ := strings.Cut(found[1], "#")
			if to == "" || strings.Contains(to, "://") {
				if rest, ok := strings.CutPrefix(to, homepage+"/blob/main/"); ok {
					if _, err := os.Stat(path.Join("..", rest)); err != nil {
						t.Errorf("%s: %s is not in the source", name, rest)
					}
				}
				continue
			}
			if _, there := files[path.Join(path.Dir(name), to)]; !there {
				t.Errorf("%s: %s is not packaged", name, to)
			}
		}
	}
	if got, want := withLinks("docs/a.md", "[x](../lab/README.md#exam)", nil), "[x]("+homepage+"/blob/main/lab/README.md#exam)"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// A manual page has the exit statuses that its command has, in both languages.
func TestManualHasTheCommandsOwnStatuses(t *testing.T) {
	for l, want := range map[message.Language]map[string][2]string{
		message.English: {
			"safeport-check.1": {"1 blocked", "rolled back"}, "safeport-who.1": {"3 not checked", "1 blocked"},
			"safeport-install.1": {"5 rollback failed", ""}, "safeport-completion.1": {"2 wrong usage", "3 not checked"},
		},
		message.Chinese: {"safeport-check.1": {"1 未通过", "回滚"}, "safeport-install.1": {"5 回滚失败", ""}},
	} {
		pages := manual(l, commit{version: "0.1.0"})
		for name, has := range want {
			title := titlesIn(l).exitStatus
			_, section, found := strings.Cut(string(pages[name]), title)
			section, _, _ = strings.Cut(section, ".SH")
			if !found || !strings.Contains(section, has[0]) || has[1] != "" && strings.Contains(section, has[1]) {
				t.Errorf("%s %s: %s %q", l, name, title, section)
			}
		}
	}
}
