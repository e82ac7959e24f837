package lab

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/moby/moby/client"
)

// AsUnit has the booted machine's systemd run Docker's engine, as docker.service, until the test ends. It has all that it had.
func (e *Engine) AsUnit(t testing.TB, s *Systemd) {
	t.Helper()
	if err := e.Stop(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Start(context.Background()); err != nil {
			t.Error(err)
		}
	})
	for _, program := range []string{"iptables", "ip6tables"} {
		if err := s.alternative(program); err != nil {
			t.Fatal(err)
		}
	}
	cmd := e.command()
	s.Units(t, map[string]string{"docker.service": fmt.Sprintf("[Service]\nType=notify\nDelegate=yes\nKillMode=process\nTimeoutStartSec=0\nEnvironment=%s=%s PATH=%s\nExecStart=%s %s\n[Install]\nWantedBy=multi-user.target\n",
		mark, e.host.dir, os.Getenv("PATH"), cmd.Path, strings.Join(cmd.Args[1:], " "))})
	e.unit = s
	t.Cleanup(func() {
		if err := e.Stop(); err != nil {
			t.Error(err)
		}
		e.unit = nil
	})
	if err := e.Start(t.Context()); err != nil {
		log, _ := s.Command(context.Background(), Root, nil, "journalctl", "--no-pager", "-n", "40", "-u", "docker.service").CombinedOutput()
		t.Fatalf("starting Docker as a unit: %v\n%s", err, log)
	}
}

// alternative has the booted machine take the same of several programs as this one.
func (s *Systemd) alternative(program string) error {
	const dir = "/etc/alternatives"
	target, err := os.Readlink(filepath.Join(dir, program))
	if errors.Is(err, fs.ErrNotExist) {
		return nil // it is the program itself
	}
	if err != nil {
		return err
	}
	link := filepath.Join(s.tree, dir, program)
	if err := os.MkdirAll(filepath.Dir(link), 0o755); err != nil {
		return err
	}
	if err := os.Symlink(target, link); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}

// await waits until the engine answers.
func (e *Engine) await(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		_, err := e.Ping(ctx, client.PingOptions{})
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s does not answer: %w", e.name, err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}
