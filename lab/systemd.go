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
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
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

// plant makes the files that a machine has besides its /usr.
func (s *Systemd) plant() error {
	var err error
	for _, dir := range []string{"usr", "etc/systemd/system", "var", "root"} {
		err = errors.Join(err, os.MkdirAll(filepath.Join(s.tree, dir), 0o755))
	}
	for _, dir := range []string{"bin", "sbin", "lib", "lib64"} {
		if _, missing := os.Stat("/usr/" + dir); missing == nil {
			err = errors.Join(err, os.Symlink("usr/"+dir, filepath.Join(s.tree, dir)))
		}
	}
	for _, unit := range idle {
		err = errors.Join(err, os.Symlink("/dev/null", filepath.Join(s.tree, "etc/systemd/system", unit)))
	}
	// What a distribution generates units of is not here, and to look for it takes most of the time of a daemon-reload.
	generators, _ := filepath.Glob("/usr/lib/systemd/system-generators/*")
	off := filepath.Join(s.tree, "etc/systemd/system-generators")
	err = errors.Join(err, os.MkdirAll(off, 0o755))
	for _, generator := range generators {
		err = errors.Join(err, os.Symlink("/dev/null", filepath.Join(off, filepath.Base(generator))))
	}
	const often = "[Unit]\nStartLimitIntervalSec=0\n"
	for name, text := range map[string]string{
		"etc/machine-id": "5afe0000000000000000000000000001\n",
		"etc/os-release": "ID=lab\n",
		"etc/passwd": "root:x:0:0::/root:/bin/sh\nmessagebus:x:100:101::/:/bin/false\nwww-data:x:33:33::/:/bin/false\nnobody:x:65534:65534::/:/bin/false\n" +
			"somebody:x:65533:65533::/home/somebody:/bin/sh\n",
		"etc/group": "root:x:0:\nmessagebus:x:101:\nwww-data:x:33:\nnogroup:x:65534:\nsomebody:x:65533:\n",
		// A user's own systemd is a session, and begins with every test that has one.
		"etc/pam.d/systemd-user":                                    "account required pam_permit.so\nsession required pam_systemd.so\n",
		"etc/systemd/system/user@.service.d/often.conf":             often,
		"etc/systemd/system/user-runtime-dir@.service.d/often.conf": often,
		"etc/systemd/system/lab.target":                             "[Unit]\nRequires=basic.target dbus.service\nAfter=basic.target dbus.service\nAllowIsolate=yes\n",
	} {
		path := filepath.Join(s.tree, name)
		err = errors.Join(err, os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o644))
	}
	return err
}

// boot starts systemd-nspawn in cgroups of the host's own, in which it makes others of fixed names, and waits until the
// boot is over.
func (s *Systemd) boot(ctx context.Context) error {
	log, err := os.Create(s.host.Path("nspawn.log"))
	if err != nil {
		return err
	}
	defer log.Close()
	const inCgroups = `for top in "$1" "$2"; do [ ! -d "$top" ] || { mkdir -p "$top/$3"; echo $$ >"$top/$3/cgroup.procs"; }; done
		shift 3; exec "$@"`
	name := filepath.Base(s.host.dir)
	// Its life is not the context's, nor does it end with a signal to its group: it is not to power off, but to be gone.
	cmd := s.host.Command(context.Background(), Root, []string{"PATH=" + os.Getenv("PATH"), "SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1"},
		"/bin/sh", "-ec", inCgroups, "sh", unifiedCgroups(), systemdCgroups, filepath.Join(name, "nspawn"),
		"systemd-nspawn", "--quiet", "--register=no", "--keep-unit", "--machine="+name, "--directory="+s.tree, "--bind-ro=/usr",
		"--bind="+s.host.dir+":"+s.host.dir+":norbind", "--network-namespace-path=/run/netns/"+s.host.Name,
		"--setenv="+mark+"="+s.host.dir, "--capability=all", "--boot", "--console=pipe", "--", "--unit=lab.target")
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		return err
	}
	over := make(chan error, 1)
	go func() { over <- cmd.Wait() }()
	s.stop = func() {
		// With its first process the kernel ends the whole pid namespace; nspawn then cleans up and follows.
		if s.init != 0 {
			unix.Kill(s.init, unix.SIGKILL)
		} else {
			cmd.Process.Signal(syscall.SIGKILL)
		}
		select {
		case <-over:
		case <-time.After(10 * time.Second):
			cmd.Process.Kill()
			<-over
		}
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	for {
		if s.init == 0 {
			s.init = initOf(cmd.Process.Pid)
		} else if _, err := os.Stat(s.Root("run/systemd/private")); err == nil {
			break
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case err := <-over:
			over <- err
			return fmt.Errorf("systemd-nspawn ended: %w", err)
		case <-time.After(10 * time.Millisecond):
		}
	}
	state, err := s.Command(ctx, Root, nil, "systemctl", "is-system-running", "--wait").CombinedOutput()
	if said := strings.TrimSpace(string(state)); said != "running" {
		failed, _ := s.Command(ctx, Root, nil, "systemctl", "--failed", "--no-legend", "--plain").CombinedOutput()
		return fmt.Errorf("the machine is %q (%v): %s", said, err, failed)
	}
	return nil
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
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
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

// initOf is the first process of the pid namespace that another process has made for its child, once it is systemd; 0
// before. nspawn has other children first.
func initOf(pid int) int {
	children, _ := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid))
	for word := range strings.FieldsSeq(string(children)) {
		child, err := strconv.Atoi(word)
		status, statusErr := os.ReadFile("/proc/" + word + "/status")
		if err == nil && statusErr == nil && strings.HasPrefix(string(status), "Name:\tsystemd\n") &&
			strings.Contains(string(status), "\nNSpid:\t"+word+"\t1\n") {
			return child
		}
	}
	return 0
}
