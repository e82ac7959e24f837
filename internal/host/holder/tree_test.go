package holder

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// process is one in a tree that looks as /proc does: descriptors are links to "socket:[INODE]" there too.
type process struct {
	pid, parent int
	name        string
	argv        []string
	cgroup      string
	sockets     map[int]uint32 // descriptor → inode
}

func procTree(t *testing.T, processes ...process) string {
	t.Helper()
	root := t.TempDir()
	for _, p := range processes {
		dir := filepath.Join(root, fmt.Sprint(p.pid))
		if err := os.MkdirAll(filepath.Join(dir, "fd"), 0o755); err != nil {
			t.Fatal(err)
		}
		files := map[string]string{
			"stat":    fmt.Sprintf("%d (%s) S %d 0 0 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 100 0 0\n", p.pid, p.name, p.parent),
			"cmdline": strings.Join(p.argv, "\x00") + "\x00",
			"cgroup":  "0::" + p.cgroup + "\n",
			"status":  "Name:\t" + p.name + "\nUid:\t4294967294\t0\t0\t0\n",
		}
		for name, text := range files {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		links := map[int]string{0: "/dev/null", 1: "pipe:[77]", 2: "anon_inode:[eventpoll]"}
		for fd, inode := range p.sockets {
			links[fd] = fmt.Sprintf("socket:[%d]", inode)
		}
		for fd, target := range links {
			if err := os.Symlink(target, filepath.Join(dir, "fd", fmt.Sprint(fd))); err != nil {
				t.Fatal(err)
			}
		}
	}
	return root
}
