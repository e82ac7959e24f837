package lab

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// firewall runs a program that keeps a filter, such as "ufw allow 80/tcp". It may be run when the test has ended.
type firewall func(words ...string) error

// StartUFW switches ufw on, as an administrator does, until the test ends. What it keeps in /etc/ufw is the host's own:
// ufw sees another directory there.
func (h *Host) StartUFW(t testing.TB) firewall {
	t.Helper()
	dir := h.Path("ufw")
	if err := os.CopyFS(dir, os.DirFS("/etc/ufw")); err != nil {
		t.Fatal(err)
	}
	ufw := func(words ...string) error {
		return h.firewallCommand(nil, append([]string{
			"unshare", "--mount", "sh", "-c", `mount --bind "$0" /etc/ufw && exec ufw "$@"`, dir}, words...)...)
	}
	if err := ufw("--force", "enable"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := ufw("disable"); err != nil {
			t.Error(err)
		}
		os.RemoveAll(dir)
	})
	return ufw
}

// busConfig is of a system bus that lets everybody do everything.
const busConfig = `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
 <type>system</type><listen>unix:path=%s</listen><auth>EXTERNAL</auth>
 <policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/><allow user="*"/></policy>
</busconfig>
`

// StartFirewalld runs firewalld until the test ends, with a system bus and a configuration of its own, and returns
// firewall-cmd.
func (h *Host) StartFirewalld(t testing.TB) firewall {
	t.Helper()
	dir := h.Path("firewalld")
	socket := filepath.Join(dir, "bus")
	env := []string{"PATH=" + os.Getenv("PATH"), "DBUS_SYSTEM_BUS_ADDRESS=unix:path=" + socket}
	if err := os.CopyFS(filepath.Join(dir, "etc"), os.DirFS("/etc/firewalld")); err != nil {
		t.Fatal(err)
	}
	config := filepath.Join(dir, "bus.conf")
	if err := os.WriteFile(config, fmt.Appendf(nil, busConfig, socket), 0o644); err != nil {
		t.Fatal(err)
	}
	run := func(ready func() error, argv ...string) {
		stop, err := h.startDaemon(env, argv...)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(stop)
		for deadline := time.Now().Add(20 * time.Second); ready() != nil; time.Sleep(50 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("%s: %v", argv[0], ready())
			}
		}
	}
	cmd := func(words ...string) error {
		return h.firewallCommand(env, append([]string{"firewall-cmd"}, words...)...)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	run(func() error { _, err := os.Stat(socket); return err }, "dbus-daemon", "--nofork", "--config-file="+config)
	run(func() error { return cmd("--state") }, "firewalld", "--nofork", "--nopid",
		"--system-config", filepath.Join(dir, "etc"), "--log-file", filepath.Join(dir, "log"))
	return cmd
}

// startDaemon starts a program in the host's namespace that is asked to end by the returned function.
func (h *Host) startDaemon(env []string, argv ...string) (stop func(), err error) {
	cmd := h.Command(context.Background(), Root, env, argv...)
	if err := h.Do(cmd.Start); err != nil {
		return nil, err
	}
	return func() {
		cmd.Process.Signal(syscall.SIGTERM)
		cmd.Wait()
	}, nil
}

func (h *Host) firewallCommand(env []string, argv ...string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	if env == nil {
		env = []string{"PATH=" + os.Getenv("PATH")}
	}
	if _, err := exec.LookPath(argv[0]); err != nil {
		return err
	}
	cmd := h.Command(ctx, Root, env, argv...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := h.Run(cmd); err != nil {
		return fmt.Errorf("%s: %w: %s", strings.Join(argv, " "), err, bytes.TrimSpace(out.Bytes()))
	}
	return nil
}
