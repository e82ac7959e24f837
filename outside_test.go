package safeport_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestFromAnotherModule runs the examples and the programs of docs/library.md from a module of their own, as who imports
// safeport does: nothing that is used there may be internal, and the page's output is what the programs print.
func TestFromAnotherModule(t *testing.T) {
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	copied := func(from, to string, change func(string) string) {
		t.Helper()
		text, err := os.ReadFile(from)
		if err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(dir, to), change(string(text)))
	}
	same := func(s string) string { return s }
	copied("go.mod", "go.mod", func(s string) string {
		s = strings.Replace(s, "module github.com/safeport/safeport", "module example.org/outside", 1)
		return s + "\nrequire github.com/safeport/safeport v0.0.0\nreplace github.com/safeport/safeport => " + here + "\n"
	})
	copied("go.sum", "go.sum", same)
	copied("example_test.go", "examples/example_test.go", same)
	page, err := os.ReadFile("docs/library.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```(go|yaml|output)\n(.*?)```").FindAllStringSubmatch(string(page), -1)
	var outputs []string
	for _, b := range blocks {
		switch b[1] {
		case "go":
			write(t, filepath.Join(dir, "program"+string(rune('1'+len(outputs))), "main.go"), b[2])
		case "yaml":
			write(t, filepath.Join(dir, "compose.yaml"), b[2])
		case "output":
			outputs = append(outputs, b[2])
		}
	}
	if len(outputs) < 2 {
		t.Fatalf("the page has %d programs", len(outputs))
	}
	run := func(args ...string) string {
		t.Helper()
		cmd := exec.Command("go", args...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off")
		var stderr strings.Builder
		cmd.Stderr = &stderr
		out, err := cmd.Output()
		if err != nil {
			t.Errorf("go %s: %v\n%s%s", strings.Join(args, " "), err, out, stderr.String())
		}
		return string(out)
	}
	run("test", "./examples")
	for i, want := range outputs {
		if got := run("run", "./program"+string(rune('1'+i))); got != want {
			t.Errorf("program %d prints\n%s\nand the page says\n%s", i+1, got, want)
		}
	}
	if deps := run("list", "-deps", "./program1"); strings.Contains(deps, "compose-spec") {
		t.Error("a program that asks for ports links Compose")
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
