package engine

import (
	"net"
	"os"
	"path/filepath"
	"testing"

	"github.com/safeport/safeport/internal/sockettest"
)

func TestASocketOfAnotherNetworkIsKnown(t *testing.T) {
	dir := t.TempDir()
	path, link := filepath.Join(dir, "engine.sock"), filepath.Join(dir, "link.sock")
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
	for _, p := range []string{path, link} {
		if !sameNetwork("/proc", p) {
			t.Errorf("%s: not of this network", p)
		}
	}
	if sameNetwork("/proc", filepath.Join(dir, "other.sock")) {
		t.Error("a socket that nobody made is of this network")
	}
	sockettest.InNamespace(t, func() {
		if sameNetwork("/proc", path) {
			t.Error("seen from another network namespace it is still of this one")
		}
	})
}
