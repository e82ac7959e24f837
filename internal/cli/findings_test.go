package cli

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/safeport/safeport/report"
)

// A code is printed as the place to read on, so each has its section, and a section without its code has rotted.
func TestFindingsAreDocumented(t *testing.T) {
	for page, whatToDo := range map[string]string{"findings.md": "*What to do.*", "findings.zh.md": "*处理方法。*"} {
		t.Run(page, func(t *testing.T) { documented(t, page, whatToDo) })
	}
}

func documented(t *testing.T, page, whatToDo string) {
	text, err := os.ReadFile("../../docs/" + page)
	if err != nil {
		t.Fatal(err)
	}
	sections := make(map[string]string)
	for section := range strings.SplitSeq(string(text), "\n## ") {
		title, body, _ := strings.Cut(section, "\n")
		sections[title] = body
	}
	delete(sections, "# Findings")
	delete(sections, "# 检查结果")
	for _, code := range report.Codes() {
		body, ok := sections[string(code)]
		switch {
		case !ok:
			t.Errorf("code %s has no section", code)
		case !strings.Contains(body, whatToDo):
			t.Errorf("the section on %s does not say what to do", code)
		case !strings.Contains(body, "\n    "):
			t.Errorf("the section on %s has no example", code)
		}
	}
	for title := range sections {
		if !slices.Contains(report.Codes(), report.Code(title)) {
			t.Errorf("section %q is about no code", title)
		}
	}
}
