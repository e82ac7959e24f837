package lab

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// Systemd is a systemd that was booted on a host: process 1 of a pid namespace, with the machine's own /usr and with an
// /etc and a /var of its own. The host's directory has the same path in it, so that a path of the host is one of it too.
type Systemd struct {
	host *Host
	tree string // its / as files of the host
	init int    // its process 1, as this machine counts
	stop func()
}

// idle are units that a booted machine has and a test has no use for; without them the boot takes half as long. tmp.mount
// would hide the host's directory.
var idle = strings.Fields(`tmp.mount dev-hugepages.mount dev-mqueue.mount sys-kernel-debug.mount sys-kernel-tracing.mount
	sys-fs-fuse-connections.mount proc-sys-fs-binfmt_misc.automount systemd-ask-password-console.path
	systemd-journal-flush.service systemd-remount-fs.service systemd-sysusers.service systemd-tmpfiles-setup.service
	systemd-tmpfiles-setup-dev.service systemd-update-utmp.service systemd-modules-load.service systemd-sysctl.service`)

// Boot boots a systemd with the unified hierarchy of cgroups in the host's network namespace, with a bus and nothing else
// of what a distribution starts. It is gone when the test ends.
func (h *Host) Boot(t testing.TB) *Systemd {
	t.Helper()
	s := &Systemd{host: h, tree: h.Path("tree")}
	if err := s.plant(); err != nil {
		t.Fatalf("making the files of a booted host: %v", err)
	}
	t.Cleanup(func() {
		if s.stop != nil {
			s.stop()
		}
	})
	if err := s.boot(t.Context()); err != nil {
		log, _ := os.ReadFile(h.Path("nspawn.log"))
		t.Fatalf("booting systemd: %v\n%s", err, log)
	}
	return s
}

// Root is a path of the booted machine as the rest of this machine finds it.
func (s *Systemd) Root(elem ...string) string {
	return filepath.Join(append([]string{"/proc", strconv.Itoa(s.init), "root"}, elem...)...)
}

// Command is a program to be run in all namespaces of the booted machine, with nothing in its environment but env and the
// host's mark.
func (s *Systemd) Command(ctx context.Context, as User, env []string, argv ...string) *exec.Cmd {
	words := []string{"nsenter", "--all", "--target=" + strconv.Itoa(s.init), "--wd=" + s.Root()}
	if as.UID != 0 {
		words = append(words, "setpriv", fmt.Sprintf("--reuid=%d", as.UID), fmt.Sprintf("--regid=%d", as.GID), groups(as))
	}
	if len(env) == 0 {
		env = []string{"PATH=" + os.Getenv("PATH")}
	}
	return s.host.Command(ctx, Root, env, append(words, argv...)...)
}

func groups(u User) string {
	if len(u.Groups) == 0 {
		return "--clear-groups"
	}
	var ids []string
	for _, id := range u.Groups {
		ids = append(ids, fmt.Sprint(id))
	}
	return "--groups=" + strings.Join(ids, ",")
}

// Systemctl runs systemctl on the booted machine.
func (s *Systemd) Systemctl(words ...string) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	out, err := s.Command(ctx, Root, nil, append([]string{"systemctl", "--no-ask-password"}, words...)...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("systemctl %s: %w: %s", strings.Join(words, " "), err, strings.TrimSpace(string(out)))
	}
	return nil
}

// Units gives the machine unit files, drop-ins and links, by their names below /etc/systemd/system, until the test ends:
// then the units among them are stopped. A text of "-> TARGET" is a link.
func (s *Systemd) Units(t testing.TB, files map[string]string) {
	t.Helper()
	t.Cleanup(func() {
		if err := s.Systemctl("daemon-reload"); err != nil {
			t.Error(err)
		}
	})
	s.Write(t, files)
	var names []string
	for name, text := range files {
		if !strings.ContainsAny(name, "/@") && text != "-> /dev/null" {
			names = append(names, name)
		}
	}
	t.Cleanup(func() {
		if len(names) > 0 {
			s.Systemctl(append([]string{"stop"}, names...)...) // one that never started is not loaded
		}
	})
	if err := s.Systemctl("daemon-reload"); err != nil {
		t.Fatal(err)
	}
}

// Write is [Systemd.Units] without a word to systemd, which goes on with what it has read before.
func (s *Systemd) Write(t testing.TB, files map[string]string) {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(s.tree, "etc/systemd/system", name)
		err := os.MkdirAll(filepath.Dir(path), 0o755)
		if target, isLink := strings.CutPrefix(text, "-> "); isLink {
			err = errors.Join(err, os.Symlink(target, path))
		} else {
			err = errors.Join(err, os.WriteFile(path, []byte(text), 0o644))
		}
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { os.Remove(path) })
	}
}
