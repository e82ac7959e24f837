package lab

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

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
			"sshd:x:102:65534::/run/sshd:/bin/false\nsystemd-resolve:x:103:103::/:/bin/false\nsomebody:x:65533:65533::/home/somebody:/bin/sh\n",
		"etc/group": "root:x:0:\nmessagebus:x:101:\nwww-data:x:33:\nnogroup:x:65534:\nsomebody:x:65533:\nsystemd-resolve:x:103:\n",
		// A user's own systemd is a session, and begins with every test that has one.
		"etc/pam.d/systemd-user":                                    "account required pam_permit.so\nsession required pam_systemd.so\n",
		"etc/systemd/system/user@.service.d/often.conf":             often,
		"etc/systemd/system/user-runtime-dir@.service.d/often.conf": often,
		"etc/systemd/system/lab.target":                             "[Unit]\nRequires=basic.target dbus.service\nAfter=basic.target dbus.service\nAllowIsolate=yes\n",
	} {
		path := filepath.Join(s.tree, name)
		err = errors.Join(err, os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o644))
	}
	return errors.Join(err, s.host.writeSudo(filepath.Join(s.tree, "etc")))
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
	cmd := s.host.Command(context.Background(), Root, []string{"PATH=" + os.Getenv("PATH"), "SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1", "SYSTEMD_NSPAWN_API_VFS_WRITABLE=network"},
		"/bin/sh", "-ec", inCgroups, "sh", unifiedCgroups(), systemdCgroups, filepath.Join(name, "nspawn"),
		"systemd-nspawn", "--quiet", "--register=no", "--keep-unit", "--machine="+name, "--directory="+s.tree, "--bind-ro=/usr",
		"--bind="+s.host.dir+":"+s.host.dir+":norbind", "--network-namespace-path=/run/netns/"+s.host.Name,
		"--setenv="+mark+"="+s.host.dir, "--capability=all", "--system-call-filter=@keyring bpf", // which an engine on it gives to containers
		"--boot", "--console=pipe", "--", "--unit=lab.target")
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
	ctx, cancel := context.WithTimeout(ctx, patience)
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
