package lab

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/moby/moby/client"
)

// EngineOptions says how the engine publishes ports.
type EngineOptions struct {
	NoProxy bool // no docker-proxy: the daemon itself keeps the ports, and rules alone carry the packets
}

// Engine is a Docker engine of a host's own: it publishes ports in the host's namespace, and its data, its containerd and
// its socket are in the host's directory.
type Engine struct {
	*client.Client
	Endpoint string // "unix:///…/docker.sock"

	host    *Host
	options EngineOptions
	daemon  *exec.Cmd
}

// StartEngine starts dockerd and waits until it answers. A test that fails prints the end of its log.
func (h *Host) StartEngine(t testing.TB, o EngineOptions) *Engine {
	t.Helper()
	e := &Engine{Endpoint: "unix://" + h.Path("docker.sock"), host: h, options: o}
	var err error
	if e.Client, err = client.New(client.WithHost(e.Endpoint)); err != nil {
		t.Fatal(err)
	}
	if err := e.Start(t.Context()); err != nil {
		t.Fatalf("starting dockerd: %v\n%s", err, e.log())
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the end of dockerd's log:\n%s", e.log())
		}
		if err := e.Stop(); err != nil {
			t.Errorf("stopping dockerd: %v", err)
		}
	})
	return e
}

// Start starts the engine, for the first time or after [Engine.Stop], unless it runs. It does not use "ip netns exec", which mounts a new
// /sys that has no cgroups.
func (e *Engine) Start(ctx context.Context) error {
	if e.daemon != nil {
		return nil
	}
	log, err := os.OpenFile(e.logFile(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer log.Close()
	// Its life is not the context's: it is stopped with care, after its containers.
	e.daemon = e.host.Command(context.Background(), Root, os.Environ(), "dockerd",
		"--host", e.Endpoint,
		"--data-root", e.host.Path("docker"),
		"--exec-root", e.host.Path("run"),
		"--pidfile", e.host.Path("dockerd.pid"),
		"--userland-proxy="+strconv.FormatBool(!e.options.NoProxy),
	)
	e.daemon.Stdout, e.daemon.Stderr = log, log
	if err := e.host.Do(e.daemon.Start); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	for {
		if _, err = e.Ping(ctx, client.PingOptions{}); err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// Stop ends the engine. Its containers are stopped, and are there again after [Engine.Start].
func (e *Engine) Stop() error {
	if e.daemon == nil {
		return nil
	}
	if err := e.daemon.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	err := e.daemon.Wait()
	e.daemon = nil
	if err != nil {
		return fmt.Errorf("dockerd: %w", err)
	}
	return nil
}

// Group is the group that may use the engine's socket.
func (e *Engine) Group() (uint32, error) {
	info, err := os.Stat(e.host.Path("docker.sock"))
	if err != nil {
		return 0, err
	}
	return info.Sys().(*syscall.Stat_t).Gid, nil
}

func (e *Engine) logFile() string { return filepath.Join(e.host.dir, "dockerd.log") }

// log is the end of dockerd's log.
func (e *Engine) log() []byte {
	text, _ := os.ReadFile(e.logFile())
	lines := bytes.SplitAfter(text, []byte("\n"))
	return bytes.Join(lines[max(0, len(lines)-40):], nil)
}
