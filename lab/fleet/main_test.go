package fleet

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

var transcript = flag.Bool("transcript", false, "print what Ansible prints")

// collections is where the collection is installed, as its users install it: from an archive.
var collections string

func TestMain(m *testing.M) {
	flag.Parse()
	dir, err := os.MkdirTemp("", "safeport-fleet-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	collections = dir
	status := m.Run()
	os.RemoveAll(dir)
	os.Exit(status)
}

// installCollection makes the archive with the build for this machine alone, and installs it.
func installCollection(t testing.TB) {
	t.Helper()
	source := filepath.Join(collections, "source")
	if _, err := os.Stat(source); err == nil {
		return // another test has
	}
	run := func(name string, args ...string) {
		t.Helper()
		cmd := exec.Command(name, args...)
		cmd.Env = append(os.Environ(), "HOME="+collections)
		if strings.HasSuffix(name, ".sh") {
			cmd.Env = append(os.Environ(), "XZ_PRESET=1") // the best takes ten seconds longer
			cmd.Dir = "../.."
		}
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", cmd, err, out)
		}
	}
	run("ansible/build/build.sh", source, goarch(t))
	run("ansible-galaxy", "collection", "build", "--output-path", collections, source)
	archives, err := filepath.Glob(filepath.Join(collections, "*.tar.gz"))
	if err != nil || len(archives) != 1 {
		t.Fatalf("archives %q, %v", archives, err)
	}
	run("ansible-galaxy", "collection", "install", "--collections-path", collections, archives[0])
}

func goarch(t testing.TB) string {
	t.Helper()
	out, err := exec.Command("go", "env", "GOARCH").Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(out[:len(out)-1])
}
