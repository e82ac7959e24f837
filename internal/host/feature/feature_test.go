package feature

import (
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/port"
)

// answer is what tailscaled 1.98 says, with a funnel and a command that runs in the foreground.
const answer = `{"TCP":{"443":{"HTTPS":true},"5432":{"TCPForward":"127.0.0.1:5432"},"8080":{"HTTP":true},"8443":{"HTTPS":true}},
	"Web":{"vm.lab.ts.net:443":{"Handlers":{"/":{"Proxy":"http://127.0.0.1:3000"}}}},"AllowFunnel":{"vm.lab.ts.net:8443":true},
	"Foreground":{"deb63ec130ca04ce":{"TCP":{"4443":{"HTTPS":true}}},"gone":null}}`

// listen has this very process answer on a socket, and gives back a /proc in which a process has been told of it.
func listen(t *testing.T, pid int, text string) (proc, socket string) {
	t.Helper()
	dir := t.TempDir()
	socket = filepath.Join(dir, "tailscaled.sock")
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	server := http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, text) })}
	go server.Serve(l)
	t.Cleanup(func() { server.Close() })
	of := filepath.Join(dir, strconv.Itoa(pid))
	if err := os.Mkdir(of, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(of, "cmdline"), []byte("tailscaled\x00--socket="+socket+"\x00"), 0o644); err != nil {
		t.Fatal(err)
	}
	return dir, socket
}

func TestTailscaleTellsWhatItPublishes(t *testing.T) {
	proc, socket := listen(t, os.Getpid(), answer)
	daemon := facts.Process{PID: os.Getpid(), Name: "tailscaled", User: "root"}
	finder := Open(proc)
	for _, tt := range []struct {
		protocol port.Protocol
		port     uint16
		want     facts.Feature
	}{
		{port.TCP, 443, facts.Feature{Name: "serve", Handler: "https"}},
		{port.TCP, 8080, facts.Feature{Name: "serve", Handler: "http"}},
		{port.TCP, 5432, facts.Feature{Name: "serve", Handler: "tcp"}},
		{port.TCP, 8443, facts.Feature{Name: "funnel", Handler: "https"}},
		{port.TCP, 4443, facts.Feature{Name: "serve", Handler: "https", Foreground: true}},
		{port.TCP, 58436, facts.Feature{}},
		{port.UDP, 443, facts.Feature{}},
	} {
		tt.want.Tool, tt.want.Socket = "tailscale", socket
		if diff := cmp.Diff(&tt.want, finder.Of(t.Context(), daemon, tt.protocol, tt.port)); diff != "" {
			t.Errorf("port %d: -want +got:\n%s", tt.port, diff)
		}
	}
	daemon.User = "anna"
	if got := Open(proc).Of(t.Context(), daemon, port.TCP, 443); got != nil {
		t.Errorf("a user's process is asked: %+v", got)
	}
}

// Whoever listens in the place of the process that has the port is not believed, nor is what makes no sense.
func TestWhoIsNotBelieved(t *testing.T) {
	proc, _ := listen(t, 1, answer)
	if got := Open(proc).Of(t.Context(), facts.Process{PID: 1, Name: "tailscaled", User: "root"}, port.TCP, 443); got != nil {
		t.Errorf("another process answers for it: %+v", got)
	}
	for _, text := range []string{"", "no JSON", `{"TCP":[]}`, `{"TCP":{"443":"x"}}`, strings.Repeat(" ", 2<<20) + answer} {
		proc, _ := listen(t, os.Getpid(), text)
		if got := Open(proc).Of(t.Context(), facts.Process{PID: os.Getpid(), Name: "tailscaled", User: "root"}, port.TCP, 443); got != nil {
			t.Errorf("%.20q is believed: %+v", text, got)
		}
	}
}

func TestProxyDevicesAreKnownByTheirLog(t *testing.T) {
	for _, tt := range []struct {
		args, log string
		want      *facts.Feature
	}{
		{"forkproxy", "/var/log/incus/web/proxy.http.log", &facts.Feature{Tool: "incus", Instance: "web", Name: "http"}},
		{"forkproxy", "/var/log/incus/shop_app/proxy.my-dev.1.log", &facts.Feature{Tool: "incus", Project: "shop", Instance: "app", Name: "my-dev.1"}},
		{"forkproxy", "/var/log/incus/web/proxy.a b.log", nil},
		{"forkproxy", "/dev/null", nil},
		{"--group", "/var/log/incus/web/proxy.http.log", nil},
	} {
		proc := t.TempDir()
		if err := os.MkdirAll(filepath.Join(proc, "7/fd"), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(proc, "7/cmdline"), []byte("incusd\x00"+tt.args+"\x00--\x00"), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(tt.log, filepath.Join(proc, "7/fd/1")); err != nil {
			t.Fatal(err)
		}
		got := Open(proc).Of(t.Context(), facts.Process{PID: 7, Name: "incusd", User: "root"}, port.TCP, 8081)
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s %s: -want +got:\n%s", tt.args, tt.log, diff)
		}
	}
}
