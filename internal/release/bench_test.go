package release_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	cerrdefs "github.com/containerd/errdefs"
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"

	"github.com/safeport/safeport/internal/release"
	"github.com/safeport/safeport/lab"
)

// bench is a host with an engine that has stand-ins of several versions of GPUStack, and safeport.
type bench struct {
	*testing.T
	*lab.Host
	engine   *lab.Engine
	endpoint string // of the engine, as safeport is told
	safeport string
	as       lab.User // who runs safeport
	env      []string // of safeport, beside what it always has; the last of a name counts
	state    string
	instance string // that the journal is of; empty: gpustack
}

// versions are the stand-ins, with what is wrong with each.
var versions = map[string]string{
	"v2.2.1": "", "v2.2.2": "", "v2.2.3": "", "v2.2.4": "exit", "v2.2.5": "503", "v2.2.6": "hang", "v2.2.7": "slow", "v2.2.8": "die",
}

func newBench(t *testing.T) *bench {
	t.Helper()
	return newBenchOn(t, lab.EngineOptions{})
}

func newBenchOn(t *testing.T, o lab.EngineOptions) *bench {
	t.Helper()
	return newBenchWith(t, func(h *lab.Host) *lab.Engine { return h.StartEngine(t, o) })
}

func newBenchWith(t *testing.T, start func(*lab.Host) *lab.Engine) *bench {
	t.Helper()
	t.Parallel() // most of the time is spent waiting
	host := lab.NewHost(t, lab.HostOptions{})
	b := &bench{T: t, Host: host, engine: start(host)}
	b.endpoint, b.safeport, b.state = b.engine.Endpoint, program, host.Path("state")
	var images []lab.Image
	for version, trouble := range versions {
		image := lab.GPUStack(version)
		image.Env = append(image.Env, "STANDIN_TROUBLE="+trouble, "STANDIN_DATA=1")
		images = append(images, image)
	}
	newer := lab.GPUStack("v2.3.0")
	newer.Env = append(newer.Env, "STANDIN_DATA=2")
	worse := lab.GPUStack("v2.3.1")
	worse.Env = append(worse.Env, "STANDIN_DATA=2", "STANDIN_TROUBLE=503")
	liar := lab.GPUStack("v2.2.9")
	liar.Env = []string{"STANDIN_VERSION=v2.2.3"}
	if err := b.engine.Load(t.Context(), append(images, newer, worse, liar, lab.Foreign("web"))...); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.clean)
	return b
}

// runAs makes safeport run as a user, with the state directory that is the user's own.
func (b *bench) runAs(user lab.User) {
	b.Helper()
	home := b.Path("home")
	if err := os.Mkdir(home, 0o700); err != nil {
		b.Fatal(err)
	}
	if err := os.Chown(home, int(user.UID), int(user.GID)); err != nil {
		b.Fatal(err)
	}
	b.as, b.env, b.state = user, []string{"XDG_STATE_HOME=" + home}, filepath.Join(home, "safeport")
}

// clean removes the containers, so that the engine has none to stop.
func (b *bench) clean() {
	list, err := b.engine.ContainerList(context.Background(), client.ContainerListOptions{All: true})
	if err != nil {
		b.Errorf("listing containers: %v", err)
	}
	// Podman removes none whose network another one has.
	for left := list.Items; len(left) > 0; {
		var kept []container.Summary
		var failed error
		for _, c := range left {
			if err := b.engine.Remove(context.Background(), c.ID); err != nil && !cerrdefs.IsNotFound(err) {
				kept, failed = append(kept, c), err
			}
		}
		if len(kept) == len(left) {
			b.Errorf("removing container: %v", failed)
			break
		}
		left = kept
	}
}

// answer is what a run of safeport came to.
type answer struct {
	status         int
	stdout, stderr string
}

// outcome is the answer's JSON.
func (a answer) outcome(t *testing.T) (o release.Outcome) {
	t.Helper()
	if err := json.Unmarshal([]byte(a.stdout), &o); err != nil {
		t.Fatalf("no outcome (%v) in %q", err, a.stdout)
	}
	return o
}

// command is safeport on the host, to be started.
func (b *bench) command(words ...string) *exec.Cmd {
	words = append(words, "--engine", b.endpoint)
	if b.as.UID == 0 {
		words = append(words, "--state-dir", b.state)
	}
	env := append([]string{"PATH=" + os.Getenv("PATH"), "HOME=/nonexistent"}, b.env...)
	return b.Command(context.Background(), b.as, env, append([]string{b.safeport}, words...)...)
}

func (b *bench) run(words ...string) answer {
	b.Helper()
	cmd := b.command(words...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	return answerOf(b.T, b.Host.Run(cmd), &stdout, &stderr)
}

func answerOf(t *testing.T, err error, stdout, stderr *bytes.Buffer) answer {
	t.Helper()
	a := answer{stdout: stdout.String(), stderr: stderr.String()}
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		a.status = exit.ExitCode()
	case err != nil:
		t.Fatal(err)
	}
	return a
}

// must runs safeport and demands its exit status.
func (b *bench) must(status int, words ...string) answer {
	b.Helper()
	began := time.Now()
	a := b.run(words...)
	b.Logf("safeport %s: status %d in %.1fs\n%s%s", strings.Join(words, " "), a.status, time.Since(began).Seconds(), a.stderr, a.stdout)
	if a.status != status {
		b.Fatalf("safeport %s: status %d, want %d", strings.Join(words, " "), a.status, status)
	}
	return a
}

// shell runs a line that safeport has printed, and demands its exit status.
func (b *bench) shell(status int, line string) answer {
	b.Helper()
	path := filepath.Dir(b.safeport) + ":" + os.Getenv("PATH")
	cmd := b.Command(context.Background(), lab.Root, []string{"PATH=" + path, "HOME=/nonexistent"}, "sh", "-c", line)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	a := answerOf(b.T, b.Host.Run(cmd), &stdout, &stderr)
	b.Logf("%s: status %d\n%s%s", line, a.status, a.stderr, a.stdout)
	if a.status != status {
		b.Fatalf("%s: status %d, want %d", line, a.status, status)
	}
	return a
}

// version asks the port, from another machine, which version answers; empty when nobody does.
func (b *bench) version(port string) string {
	b.Helper()
	var conn net.Conn
	// The address is a literal, so that the socket is made on the thread that is in the namespace.
	err := b.Peer.Do(func() (err error) {
		conn, err = net.DialTimeout("tcp", net.JoinHostPort(lab.Addr4.String(), port), time.Second)
		return err
	})
	if err != nil {
		return ""
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(time.Second))
	fmt.Fprint(conn, "GET /version HTTP/1.0\r\n\r\n")
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return ""
	}
	defer res.Body.Close()
	var said struct{ Version string }
	if err := json.NewDecoder(res.Body).Decode(&said); err != nil {
		return ""
	}
	return said.Version
}

// serves demands that a version answers on a port.
func (b *bench) serves(port, version string) {
	b.Helper()
	if got := b.version(port); got != version {
		b.Errorf("on port %s answers version %q, want %q", port, got, version)
	}
}

// containers are all containers of the host but that of others, by name, with their states.
func (b *bench) containers() map[string]container.ContainerState {
	b.Helper()
	list, err := b.engine.ContainerList(context.Background(), client.ContainerListOptions{All: true})
	if err != nil {
		b.Fatal(err)
	}
	found := map[string]container.ContainerState{}
	for _, c := range list.Items {
		if c.Names[0] == "/"+others {
			continue
		}
		found[strings.TrimPrefix(c.Names[0], "/")] = c.State
	}
	return found
}

func (b *bench) volumes() (names []string) {
	b.Helper()
	list, err := b.engine.VolumeList(context.Background(), client.VolumeListOptions{})
	if err != nil {
		b.Fatal(err)
	}
	for _, v := range list.Items {
		if v.Name != others {
			names = append(names, v.Name)
		}
	}
	slices.Sort(names)
	return names
}

func (b *bench) inspect(name string) container.InspectResponse {
	b.Helper()
	res, err := b.engine.ContainerInspect(context.Background(), name, client.ContainerInspectOptions{})
	if err != nil {
		b.Fatal(err)
	}
	return res.Container
}
