package lab

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"sync"
	"testing"
)

// Build compiles a command of this module, without C so that it also runs in an empty image, and returns its path on the
// host, where every user may run it. What was compiled before, for machines that have no compiler or a slow one, is taken from
// the directory SAFEPORT_LAB_PROGRAMS.
func (h *Host) Build(t testing.TB, pkg string) string {
	t.Helper()
	to := h.Path("bin", path.Base(pkg))
	if _, err := os.Stat(to); err == nil {
		return to // and may run
	}
	once, _ := programs.LoadOrStore(pkg, sync.OnceValues(func() ([]byte, error) { return compile(pkg) }))
	program, err := once.(func() ([]byte, error))()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, program, 0o755); err != nil {
		t.Fatal(err)
	}
	return to
}

// programs are those that a test process has compiled: a command → func() ([]byte, error). To link one for each host takes
// longer than to make the host.
var programs sync.Map

func compile(pkg string) ([]byte, error) {
	if built := os.Getenv("SAFEPORT_LAB_PROGRAMS"); built != "" {
		return os.ReadFile(filepath.Join(built, path.Base(pkg)))
	}
	dir, err := os.MkdirTemp("", "safeport-build-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	program := filepath.Join(dir, path.Base(pkg))
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", program, pkg)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("building %s: %w\n%s", pkg, err, out)
	}
	return os.ReadFile(program)
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
