package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Commands to copy begin with what was typed, so that they are found: who has just built the program has it on no PATH.
func TestCommandsCanBeTyped(t *testing.T) {
	dir := t.TempDir()
	program := filepath.Join(dir, "bin", "safeport-check")
	cmd := exec.Command("go", "build", "-trimpath", "-tags=nethttpomithttp2", "-ldflags=-s -w", "-o", program, ".")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	other := filepath.Join(dir, "other")
	if err := os.Mkdir(other, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(other, "safeport-check"), []byte("#!/bin/sh\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	bin := filepath.Dir(program)
	for _, tt := range []struct{ name, path, typed, want string }{
		{"by its path", "/usr/bin:/bin", "./bin/safeport-check", "./bin/safeport-check"},
		{"by its name", bin, "safeport-check", "safeport-check"},
		{"by its path, and on PATH", bin, "./bin/safeport-check", "safeport-check"},
		{"beside another one", other + ":" + bin, "./bin/safeport-check", "./bin/safeport-check"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			cmd := exec.Command(program, "free", "x")
			cmd.Args[0], cmd.Dir = tt.typed, dir
			cmd.Env = []string{"PATH=" + tt.path, "HOME=/nonexistent"}
			out, _ := cmd.CombinedOutput()
			if want := `as in "` + tt.want + ` free 3"`; !strings.Contains(string(out), want) {
				t.Errorf("%s is missing in %s", want, out)
			}
		})
	}

	t.Run("go run", func(t *testing.T) {
		cmd := exec.Command("go", "run", "-tags=nethttpomithttp2", "./cmd/safeport-check", "free", "x")
		cmd.Dir = "../.."
		out, _ := cmd.CombinedOutput()
		if want := `as in "go run ./cmd/safeport-check free 3"`; !strings.Contains(string(out), want) {
			t.Errorf("%s is missing in %s", want, out)
		}
	})
}
