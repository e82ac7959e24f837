package daemons

import (
	"context"
	"encoding/json"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/safeport/safeport/lab"
	"github.com/safeport/safeport/lab/debian"
	"github.com/safeport/safeport/report"
)

// stage is a host with one of the daemons.
type stage struct {
	*testing.T
	*lab.Host
	safeport string
}

// newStage skips what is a target of its own: it builds Tailscale, and installs another Debian.
func newStage(t *testing.T) *stage {
	t.Helper()
	if os.Getenv("SAFEPORT_DAEMONS") == "" {
		t.Skip("NOT TESTED: \"make daemons\" runs it")
	}
	h := lab.NewHost(t, lab.HostOptions{})
	g := &stage{T: t, Host: h, safeport: h.Build(t, "github.com/safeport/safeport/cmd/safeport")}
	g.sh("ip route add default via " + lab.PeerAddr4.String()) // without a way out Tailscale does not begin
	return g
}

// built is something that setup.sh has made.
func (g *stage) built(elem ...string) string {
	g.Helper()
	cache, err := debian.Cache()
	if err != nil {
		g.Fatal(err)
	}
	path := filepath.Join(append([]string{cache}, elem...)...)
	if _, err := os.Stat(path); err != nil {
		g.Fatalf("%v: lab/daemons/setup.sh or kubernetes/build.sh makes it", err)
	}
	return path
}

// try runs a line as the administrator does.
func (g *stage) try(line string) (string, error) {
	ctx, cancel := context.WithTimeout(g.Context(), time.Minute)
	defer cancel()
	cmd, err := g.Paste(ctx, lab.Root, nil, line)
	if err != nil {
		return "", err
	}
	var out strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &out
	err = g.Host.Run(cmd)
	return strings.TrimSpace(out.String()), err
}

func (g *stage) sh(line string) string {
	g.Helper()
	out, err := g.try(line)
	if err != nil {
		g.Fatalf("%s: %v: %s", line, err, out)
	}
	return out
}

// start starts a daemon, which is ended with the test.
func (g *stage) start(cmd *exec.Cmd, name string) {
	g.Helper()
	log, err := os.Create(g.Path(name + ".log"))
	if err != nil {
		g.Fatal(err)
	}
	defer log.Close()
	cmd.Stdout, cmd.Stderr = log, log
	if err := g.Do(cmd.Start); err != nil {
		g.Fatal(err)
	}
	g.Cleanup(func() {
		if g.Failed() {
			text, _ := os.ReadFile(g.Path(name + ".log"))
			g.Logf("%s: %s", name, text[max(0, len(text)-6000):])
		}
		cmd.Process.Kill()
		cmd.Wait()
	})
}

// until waits for a line to succeed.
func (g *stage) until(line string) {
	g.Helper()
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(100 * time.Millisecond) {
		out, err := g.try(line)
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			g.Fatalf("%s: %v: %s", line, err, out)
		}
	}
}

// listeners are all that the host has, without the processes that have them.
func (g *stage) listeners() map[string]bool {
	g.Helper()
	list := map[string]bool{}
	for line := range strings.Lines(g.sh("ss -Hlntu")) {
		if f := strings.Fields(line); len(f) > 4 {
			list[f[0]+" "+f[4]] = true
		}
	}
	return list
}

// check asks about a port, and gives back what frees it.
func (g *stage) check(port string) (remedies []report.Remedy) {
	g.Helper()
	out, _ := g.try(g.safeport + " check -o json " + port)
	var r report.Report
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		g.Fatalf("%v: %s", err, out)
	}
	for _, f := range r.Findings {
		if f.Code == report.PortInUse {
			return f.Remedies
		}
	}
	g.Fatalf("port %s is not in use: %s", port, out)
	return nil
}

// frees runs the remedy that turns off what has a port, and says whether the service has the port then, at every address, and
// everything else goes on, but for other ports of the same feature.
func (g *stage) frees(port, with string, others ...string) {
	g.Helper()
	var command string
	for _, r := range g.check(port) {
		if strings.Contains(r.Command, with) {
			command = r.Command
		}
		if strings.Contains(r.Command, " stop") {
			g.Errorf("port %s: %q is offered", port, r.Command)
		}
	}
	if command == "" {
		g.Errorf("port %s: no remedy has %q: %+v", port, with, g.check(port))
		return
	}
	before := g.listeners()
	out, err := g.try(command)
	if g.Logf("$ %s\n%s", command, out); err != nil {
		g.Errorf("port %s: %q fails: %v: %s", port, command, err, out)
		return
	}
	number, protocol, _ := strings.Cut(port, "/")
	if protocol == "" {
		protocol = "tcp"
	}
	after := g.listeners()
	for l := range before {
		of := l[strings.LastIndexByte(l, ':')+1:]
		if !after[l] && of != number && !slices.Contains(others, of) {
			g.Errorf("%q ends %s", command, l)
		}
	}
	end, err := g.TryStandin(g.T, lab.Process{Name: "service", Token: "mine", Args: []string{"serve", protocol + "::" + number}})
	if err != nil {
		g.Errorf("port %s: after %q the service does not stand: %v", port, command, err)
		return
	}
	defer end()
	at := netip.AddrPortFrom(lab.Addr4, netip.MustParseAddrPort("0.0.0.0:"+number).Port())
	if token, err := g.Peer.AwaitToken(g.Context(), protocol, at); token != "mine" {
		g.Errorf("port %s: after %q %q answers, %v", port, command, token, err)
	}
}

// stayFree says whether nobody takes ports again.
func (g *stage) stayFree(ports ...string) {
	g.Helper()
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(200 * time.Millisecond) {
		for l := range g.listeners() {
			for _, port := range ports {
				if number, _, _ := strings.Cut(port, "/"); strings.HasSuffix(l, ":"+number) {
					g.Fatalf("%s is taken again", l)
				}
			}
		}
	}
}
