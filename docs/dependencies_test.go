package docs

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// Every module that go.mod asks for stands on the page, by itself or as one of its packages.
func TestDependenciesAreNamed(t *testing.T) {
	page, err := os.ReadFile("dependencies.md")
	if err != nil {
		t.Fatal(err)
	}
	direct := regexp.MustCompile(`(?m)^\t(\S+) v\S+$`) // what others bring along is marked as indirect
	for _, file := range []string{"../go.mod", "../packaging/go.mod"} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		modules := direct.FindAllStringSubmatch(string(text), -1)
		if len(modules) == 0 {
			t.Errorf("%s asks for nothing", file)
		}
		for _, m := range modules {
			// The page shortens what stands beside the module that it belongs to.
			switch path := m[1]; path {
			case "github.com/safeport/safeport", "github.com/moby/moby/api", "github.com/spf13/pflag":
			default:
				if !strings.Contains(string(page), "`"+path) {
					t.Errorf("%s asks for %s, which dependencies.md does not name", file, path)
				}
			}
		}
	}
}
