package lab

import (
	"bytes"
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

	"github.com/moby/moby/client"
	"golang.org/x/sys/unix"
)

// EngineOptions says how the engine publishes ports.
type EngineOptions struct {
	NoProxy bool     // no docker-proxy: the daemon itself keeps the ports, and rules alone carry the packets
	Disk    string   // how much room it has for images and containers, as "64m"; empty: as much as the machine
	Args    []string // further arguments of dockerd
	Name    string   // of a second dockerd on the host, which keeps all that it has elsewhere; empty: docker
}

// Engine is an engine of a host's own: it publishes ports in the host's namespace, and its data and its socket are in the
// host's directory. Podman's is spoken to as Docker's is.
type Engine struct {
	*client.Client
	Endpoint string // "unix:///…/docker.sock"

	host    *Host
	name    string // of the socket and of the log: "docker", "podman", …
	command func() *exec.Cmd
	daemon  *exec.Cmd
	dirs    engineDirs // of one that a user started
	unit    *Systemd   // that runs it as docker.service; nil: it runs by itself
}

// StartEngine starts dockerd and waits until it answers. A test that fails prints the end of its log.
func (h *Host) StartEngine(t testing.TB, o EngineOptions) *Engine {
	t.Helper()
	name, below := "docker", ""
	if o.Name != "" {
		name, below = o.Name, o.Name+"-"
	}
	socket := h.Path(name + ".sock")
	if o.Disk != "" {
		if err := h.SmallDisk(name, o.Disk); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(h.configFile(), []byte("{}"), 0o644); err != nil {
		t.Fatal(err)
	}
	return h.startEngine(t, name, socket, func() *exec.Cmd {
		return h.Command(context.Background(), Root, os.Environ(), append([]string{"dockerd",
			"--host", "unix://" + socket,
			"--config-file", h.configFile(),
			"--data-root", h.Path(name),
			"--exec-root", h.Path(below + "run"),
			"--pidfile", h.Path(below + "dockerd.pid"),
			"--userland-proxy=" + strconv.FormatBool(!o.NoProxy),
		}, o.Args...)...)
	})
}

// EngineHas says whether the dockerd that is first on the path knows an option: "--firewall-backend".
func EngineHas(option string) bool {
	help, err := exec.Command("dockerd", "--help").Output()
	return err == nil && bytes.Contains(help, []byte(option))
}

// startEngine starts an engine by a command, which is not bound to any context: the engine is stopped with care, after
// its containers.
func (h *Host) startEngine(t testing.TB, name, socket string, command func() *exec.Cmd) *Engine {
	t.Helper()
	e := &Engine{Endpoint: "unix://" + socket, host: h, name: name, command: command}
	var err error
	if e.Client, err = client.New(client.WithHost(e.Endpoint)); err != nil {
		t.Fatal(err)
	}
	if err := e.Start(t.Context()); err != nil {
		t.Fatalf("starting %s: %v\n%s", name, err, e.log())
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the end of %s's log:\n%s", name, e.log())
		}
		if err := e.Stop(); err != nil {
			t.Errorf("stopping %s: %v", name, err)
		}
	})
	return e
}

// Start starts the engine, for the first time or after [Engine.Stop], unless it runs. It does not use "ip netns exec", which mounts a new
// /sys that has no cgroups.
func (e *Engine) Start(ctx context.Context) error {
	if e.unit != nil {
		if err := e.unit.Systemctl("start", "docker.service"); err != nil {
			return err
		}
		return e.await(ctx)
	}
	if e.daemon != nil {
		return nil
	}
	log, err := os.OpenFile(e.logFile(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer log.Close()
	e.daemon = e.command()
	e.daemon.Stdout, e.daemon.Stderr = log, log
	if err := e.host.Do(e.daemon.Start); err != nil {
		return err
	}
	return e.await(ctx)
}

// Stop ends the engine. Its containers are stopped, and are there again after [Engine.Start].
func (e *Engine) Stop() error {
	if e.unit != nil {
		return e.unit.Systemctl("stop", "docker.service")
	}
	if e.daemon == nil {
		return nil
	}
	if err := e.daemon.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	err := e.daemon.Wait()
	e.daemon = nil
	if err != nil {
		return fmt.Errorf("%s: %w", e.name, err)
	}
	return nil
}

// Kill ends Docker's engine as a crash does: its containers run on, until it starts again and sees to them.
func (e *Engine) Kill() error {
	text, err := os.ReadFile(e.host.Path("run", "containerd", "containerd.pid"))
	if err != nil {
		return err
	}
	containerd, err := strconv.Atoi(string(text))
	if err != nil {
		return err
	}
	if err := e.daemon.Process.Kill(); err != nil {
		return err
	}
	_ = e.daemon.Wait() // that it was killed is no news
	e.daemon = nil
	// The kernel ends containerd with it, but not before. A dockerd that finds its process, be it one that has ended and that
	// nobody has waited for, takes it for its own and fails.
	for unix.Kill(containerd, 0) == nil {
		time.Sleep(time.Millisecond)
	}
	return nil
}

// Hang stops the engine from doing anything, until [Engine.Resume].
func (e *Engine) Hang() error { return e.daemon.Process.Signal(syscall.SIGSTOP) }

// Resume lets an engine go on that hangs.
func (e *Engine) Resume() error { return e.daemon.Process.Signal(syscall.SIGCONT) }

// PowerCut ends everything on the host at once, the programs of the test among it, and empties what is empty after a
// boot. [Engine.Start] is the boot.
func (e *Engine) PowerCut() error {
	if err := endProcesses(e.host.dir); err != nil {
		return err
	}
	_ = e.daemon.Wait()
	e.daemon = nil
	return errors.Join(unmountBelow(e.host.Path("run")), os.RemoveAll(e.host.Path("run")))
}

// Group is the group that may use the engine's socket.
func (e *Engine) Group() (uint32, error) {
	info, err := os.Stat(strings.TrimPrefix(e.Endpoint, "unix://"))
	if err != nil {
		return 0, err
	}
	return info.Sys().(*syscall.Stat_t).Gid, nil
}

func (e *Engine) logFile() string { return filepath.Join(e.host.dir, e.name+".log") }

// log is the end of the engine's log.
func (e *Engine) log() []byte {
	text, _ := os.ReadFile(e.logFile())
	lines := bytes.SplitAfter(text, []byte("\n"))
	return bytes.Join(lines[max(0, len(lines)-40):], nil)
}
