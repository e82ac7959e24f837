package lab

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"golang.org/x/sys/unix"
)

// Namespace is a named network namespace, as "ip netns" keeps them.
type Namespace struct {
	Name string
}

// Do calls fn on a thread that is in the namespace. Sockets that fn opens and processes that it starts are in it too. fn
// must not start goroutines that do either, nor end the test.
func (n *Namespace) Do(fn func() error) error {
	done := make(chan error, 1)
	go func() {
		// Never unlocked: the runtime ends a thread whose goroutine ends locked, and nobody else gets it.
		runtime.LockOSThread()
		done <- n.enter(fn)
	}()
	return <-done
}

func (n *Namespace) enter(fn func() error) error {
	ns, err := os.Open(filepath.Join("/run/netns", n.Name))
	if err != nil {
		return err
	}
	defer ns.Close()
	if err := unix.Setns(int(ns.Fd()), unix.CLONE_NEWNET); err != nil {
		return fmt.Errorf("entering network namespace %s: %w", n.Name, err)
	}
	return fn()
}

// Sysctl sets a network setting of the namespace: "net.ipv6.conf.all.disable_ipv6". It returns the value it had.
func (n *Namespace) Sysctl(key, value string) (old string, err error) {
	path := filepath.Join("/proc/sys", strings.ReplaceAll(key, ".", "/"))
	err = n.Do(func() error {
		was, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		old = strings.TrimSpace(string(was))
		return os.WriteFile(path, []byte(value), 0)
	})
	return old, err
}

func (n *Namespace) create() error { return ip("netns", "add", n.Name) }
func (n *Namespace) remove() error { return ip("netns", "delete", n.Name) }

// ip runs iproute2's command of that name.
func ip(args ...string) error {
	out, err := exec.Command("ip", args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("ip %s: %w: %s", strings.Join(args, " "), err, strings.TrimSpace(string(out)))
	}
	return nil
}
