package lab

import (
	"errors"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"testing"
)

// Build compiles a command of this module, without C so that it also runs in an empty image, and returns its path on the
// host, where every user may run it.
func (h *Host) Build(t testing.TB, pkg string) string {
	t.Helper()
	program := h.Path("bin", path.Base(pkg))
	if built := os.Getenv("SAFEPORT_LAB_PROGRAMS"); built != "" {
		copyProgram(t, filepath.Join(built, path.Base(pkg)), program)
		return program
	}
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", program, pkg)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("building %s: %v\n%s", pkg, err, out)
	}
	return program
}

// copyProgram takes a program that was compiled before, for machines that have no compiler or a slow one.
func copyProgram(t testing.TB, from, to string) {
	t.Helper()
	data, err := os.ReadFile(from)
	if err == nil {
		err = os.WriteFile(to, data, 0o755)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// link gives the stand-in a name, which is the one that process tables then show.
func (h *Host) link(name string) (string, error) {
	path := h.Path("bin", name)
	err := os.Link(h.Path("bin", "standin"), path)
	if errors.Is(err, os.ErrExist) {
		err = nil
	}
	return path, err
}
