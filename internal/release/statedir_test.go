package release_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/safeport/safeport/lab"
)

// A state directory that is there already is left as it is, with all that safeport has not made in it; one into which others could
// put something is refused.
func TestStateDirectoryOfSomebodyElse(t *testing.T) {
	b := newBench(t)
	if err := os.MkdirAll(filepath.Join(b.state, "logs"), 0o755); err != nil {
		t.Fatal(err)
	}
	for i := range 60 {
		b.write(filepath.Join(b.state, "logs", fmt.Sprintf("%02d.log", i)), "mine")
	}
	b.must(0, "install", "gpustack", "--version", "v2.2.1")
	if info, err := os.Stat(b.state); err != nil || info.Mode().Perm() != 0o755 {
		t.Errorf("the mode of the directory was changed: %v, %v", info.Mode(), err)
	}
	if left, _ := filepath.Glob(filepath.Join(b.state, "logs", "??.log")); len(left) != 60 {
		t.Errorf("of 60 logs of somebody else %d are left", len(left))
	}
	own := b.state
	for _, tt := range []struct {
		name, says string
		make       func(dir string) error
	}{
		{"open to all", "is writable by others", func(dir string) error { return os.Chmod(dir, 0o1777) }},
		{"another user's", "belongs to user 65534", func(dir string) error { return os.Chown(dir, 65534, 65534) }},
		{"a file", "is not a directory", func(dir string) error {
			if err := os.Remove(dir); err != nil {
				return err
			}
			return os.WriteFile(dir, nil, 0o600)
		}},
		{"another user's link", "belongs to user 65534", func(dir string) error {
			if err := os.Remove(dir); err != nil {
				return err
			}
			if err := os.Symlink(own, dir); err != nil {
				return err
			}
			return os.Lchown(dir, 65534, 65534)
		}},
	} {
		dir := b.Path(strings.ReplaceAll(tt.name, " ", "-"))
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := tt.make(dir); err != nil {
			t.Fatal(err)
		}
		before, _ := os.Lstat(dir)
		b.state = dir
		a := b.must(3, "install", "gpustack", "--port", "8080", "--name", "second")
		if !strings.Contains(a.stderr, tt.says) || !strings.Contains(a.stderr, "Nothing has been changed") {
			t.Errorf("%s: why it is refused is not told: %s", tt.name, a.stderr)
		}
		if after, _ := os.Lstat(dir); before.Mode() != after.Mode() {
			t.Errorf("%s: the mode was changed from %s to %s", tt.name, before.Mode(), after.Mode())
		}
	}
	b.state = own

	// Links in the place of safeport's own files lead nowhere.
	precious := b.Path("precious")
	b.write(precious, "mine")
	for _, name := range []string{"second.lock", "second.json.new", "second.json"} {
		if err := os.Symlink(precious, filepath.Join(b.state, name)); err != nil {
			t.Fatal(err)
		}
		b.run("install", "gpustack", "--port", "8080", "--name", "second", "--pull", "never", "--version", "v0.0.0")
		b.holds(precious, "mine")
		if err := os.Remove(filepath.Join(b.state, name)); err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
	}

	for _, name := range []string{"../other", "a/b", ".hidden", "-x", "a b"} {
		for _, words := range [][]string{{"install", "gpustack"}, {"upgrade", "gpustack"}, {"uninstall", "gpustack"}, {"rollback", "gpustack"}} {
			b.must(2, append(words, "--name="+name)...)
		}
	}
}

// Two runs with state directories of their own are two runs on one instance, and the second is told of the first without its secrets.
func TestLockBelongsToTheEngine(t *testing.T) {
	lab.Long(t)
	b := newBench(t)
	first := make(chan answer, 1)
	go func() {
		first <- b.run("install", "gpustack", "--version", "v2.2.7", "--env", "DB_CODE=horse battery", "--env=OTHER=staple")
	}()
	for b.pending() == nil {
	}
	other := *b
	other.state = b.Path("other")
	a := other.must(0, "install", "gpustack", "--version", "v2.2.7", "--env", "DB_CODE=horse battery", "--env=OTHER=staple")
	if !strings.Contains(a.stderr, "is being changed by") || !strings.Contains(a.stderr, "--env DB_CODE=***") || strings.Contains(a.stderr, "horse") || strings.Contains(a.stderr, "staple") {
		t.Errorf("for whom it waits is not told, or too much of it: %s", a.stderr)
	}
	if a := <-first; a.status != 0 {
		t.Errorf("the first run: status %d\n%s", a.status, a.stderr)
	}
	b.wantContainers(alone)
	for _, dir := range []string{b.state, other.state} {
		text, err := os.ReadFile(filepath.Join(dir, "gpustack.lock"))
		if err != nil || strings.Contains(string(text), "horse") || strings.Contains(string(text), "staple") {
			t.Errorf("the lock keeps a secret: %s (%v)", text, err)
		}
	}

	// So it is for a member of the group that may use the engine.
	group, err := b.engine.Group()
	if err != nil {
		t.Fatal(err)
	}
	if group == 0 {
		return // this engine is root's alone
	}
	member := *b
	member.runAs(lab.User{UID: lab.Somebody.UID, GID: group})
	member.must(0, "upgrade", "gpustack", "--version", "v2.2.2")
	b.must(0, "upgrade", "gpustack", "--version", "v2.2.3")
}
