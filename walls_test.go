package safeport_test

import (
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// A package is a wall only where somebody watches the doors: each may import what its row in docs/architecture.md lists, and
// every package of the program has a row.
func TestPackagesImportWhatTheirRowAllows(t *testing.T) {
	const module = "github.com/safeport/safeport"
	page, err := os.ReadFile("docs/architecture.md")
	if err != nil {
		t.Fatal(err)
	}
	short := func(path string) string {
		path = strings.TrimPrefix(strings.TrimPrefix(path, module), "/")
		if path == "" {
			return "safeport"
		}
		return strings.TrimPrefix(path, "internal/")
	}
	allowed := map[string][]string{}
	for _, row := range regexp.MustCompile("(?m)^\\| `([a-z/-]+)` \\| .* \\| ([a-z/ –]+) \\|$").FindAllStringSubmatch(string(page), -1) {
		allowed[short(module+"/"+strings.TrimPrefix(row[1], "safeport"))] = strings.Fields(row[2])
	}
	if len(allowed) < 30 {
		t.Fatalf("the table has %d rows", len(allowed))
	}
	out, err := exec.Command("go", "list", "-f", `{{.ImportPath}} {{join .Imports " "}}`, "./...").Output()
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(out)) {
		words := strings.Fields(line)
		name := short(words[0])
		if strings.HasPrefix(name, "lab") || strings.HasPrefix(name, "bench") || name == "docs/schema" {
			continue
		}
		row, known := allowed[name]
		if !known {
			t.Errorf("%s has no row in docs/architecture.md", name)
		}
		for _, path := range words[1:] {
			if to := short(path); (path == module || strings.HasPrefix(path, module+"/")) && !slices.Contains(row, to) {
				t.Errorf("%s imports %s, which its row in docs/architecture.md does not list", name, to)
			}
		}
		delete(allowed, name)
	}
	for name := range allowed {
		t.Errorf("docs/architecture.md has a row for %s, which is no package", name)
	}
}
