package lab

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// BuildCompose builds Compose's own command line, of the version whose library safeport has, and returns its path on the
// host. It is a module of its own, as nothing of it is part of safeport.
func (h *Host) BuildCompose(t testing.TB) string {
	t.Helper()
	root, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}").Output()
	if err != nil {
		t.Fatalf("looking for the module's directory: %v", err)
	}
	program := h.Path("bin", "compose")
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", program, "github.com/docker/compose/v5/cmd")
	cmd.Dir = filepath.Join(strings.TrimSpace(string(root)), "lab", "compose")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("building Compose: %v\n%s", err, out)
	}
	return program
}
