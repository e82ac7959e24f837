package cli

import (
	"os"
	"slices"
	"strings"
	"testing"

	"safeport"
)

// A code is printed as the place to read on, so each has its section, and a section without its code has rotted.
func TestFindingsAreDocumented(t *testing.T) {
	text, err := os.ReadFile("../../docs/findings.md")
	if err != nil {
		t.Fatal(err)
	}
	sections := make(map[string]string)
	for section := range strings.SplitSeq(string(text), "\n## ") {
		title, body, _ := strings.Cut(section, "\n")
		sections[title] = body
	}
	delete(sections, "# Findings")
	for _, code := range safeport.Codes() {
		body, ok := sections[string(code)]
		switch {
		case !ok:
			t.Errorf("code %s has no section", code)
		case !strings.Contains(body, "*What to do.*"):
			t.Errorf("the section on %s does not say what to do", code)
		case !strings.Contains(body, "\n    "):
			t.Errorf("the section on %s has no example", code)
		}
	}
	for title := range sections {
		if !slices.Contains(safeport.Codes(), safeport.Code(title)) {
			t.Errorf("section %q is about no code", title)
		}
	}
}
