package lab

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// User is whom a program runs as.
type User struct {
	UID, GID uint32
	Groups   []uint32
}

// The users of a test host. Nobody and Somebody differ in nothing but their number.
var (
	Root     = User{}
	Nobody   = User{UID: 65534, GID: 65534}
	Somebody = User{UID: 65533, GID: 65533}
)

// Command is a program to be run on the host as a user, with nothing in its environment but env and the host's mark.
// When the context ends, the program's whole process group does. A safeport is found there by its name, as one that was installed.
func (h *Host) Command(ctx context.Context, as User, env []string, argv ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Env = append([]string{mark + "=" + h.dir}, env...)
	if dir, name := filepath.Split(argv[0]); dir != "" && strings.HasPrefix(name, "safeport") {
		path := strings.TrimSuffix(dir, "/")
		for _, kv := range env {
			if own, found := strings.CutPrefix(kv, "PATH="); found {
				path = strings.TrimSuffix(dir, "/") + ":" + own
			}
		}
		cmd.Env = append(cmd.Env, "PATH="+path)
	}
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Credential: &syscall.Credential{Uid: as.UID, Gid: as.GID, Groups: as.Groups},
		Setpgid:    true,
	}
	cmd.Cancel = func() error { return unix.Kill(-cmd.Process.Pid, unix.SIGKILL) }
	cmd.WaitDelay = time.Second
	return cmd
}

// Run starts a command in the namespace and waits for its end.
func (n *Namespace) Run(cmd *exec.Cmd) error {
	if err := n.Do(cmd.Start); err != nil {
		return err
	}
	return cmd.Wait()
}

// Process is a stand-in to be started on a host.
type Process struct {
	Name   string     // what process tables call it; empty: standin
	As     User       // zero: root
	In     *Namespace // nil: the host's own
	Cgroup string     // cgroup to start it in, below one of the host's own; empty: the test's
	Token  string     // what it answers with
	Env    []string
	Args   []string // role and arguments, see lab/standin
}

// Standin starts a stand-in and returns when it stands. It is ended with the test.
func (h *Host) Standin(t testing.TB, p Process) {
	t.Helper()
	end, err := h.TryStandin(t, p)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(end)
}

// TryStandin is [Host.Standin] where it may fail: the error holds what the stand-in said. The caller ends it.
func (h *Host) TryStandin(t testing.TB, p Process) (end func(), err error) {
	t.Helper()
	if p.Name == "" {
		p.Name = "standin"
	}
	if p.In == nil {
		p.In = &h.Namespace
	}
	program, err := h.link(p.Name)
	if err != nil {
		return nil, err
	}
	cmd := h.Command(context.Background(), p.As, append([]string{"STANDIN_LIFELINE=1", "STANDIN_TOKEN=" + p.Token}, p.Env...),
		append([]string{program}, p.Args...)...)
	if p.Cgroup != "" {
		dir, err := h.openCgroup(p.Cgroup)
		if err != nil {
			return nil, err
		}
		defer dir.Close()
		cmd.SysProcAttr.UseCgroupFD, cmd.SysProcAttr.CgroupFD = true, int(dir.Fd())
	}
	return startStandin(p.In, cmd)
}

func startStandin(in *Namespace, cmd *exec.Cmd) (end func(), err error) {
	lifeline, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := in.Do(cmd.Start); err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil && err != io.EOF {
		return nil, err
	}
	if line != "standing\n" {
		err := cmd.Wait()
		return nil, fmt.Errorf("%s: %w: %s", strings.Join(cmd.Args, " "), err, bytes.TrimSpace(stderr.Bytes()))
	}
	return func() {
		lifeline.Close()
		cmd.Wait()
	}, nil
}
