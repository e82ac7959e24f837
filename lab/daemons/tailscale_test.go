package daemons

import (
	"os"
	"strings"
	"testing"

	"github.com/safeport/safeport/lab"
)

// What tailscale serve and funnel publish is turned off, each by itself, and Tailscale runs on.
func TestTailscaleGivesPortsBack(t *testing.T) {
	g := newStage(t)
	const control = "127.0.0.1:9999"
	socket := g.Path("tailscaled.sock")
	for name, args := range map[string][]string{
		"control":    {control},
		"tailscaled": {"--statedir=" + g.Path("tailscale"), "--socket=" + socket, "--port=41641", "--no-logs-no-support"},
	} {
		g.start(g.Command(g.Context(), lab.Root, []string{"PATH=" + os.Getenv("PATH")}, append([]string{g.built("daemons", name)}, args...)...), name)
	}
	if err := os.Link(g.built("daemons", "tailscale"), g.Path("bin/tailscale")); err != nil {
		if err := os.Symlink(g.built("daemons", "tailscale"), g.Path("bin/tailscale")); err != nil {
			t.Fatal(err)
		}
	}
	cli := "tailscale --socket=" + socket + " "
	g.until("test -S " + socket)
	g.try("timeout 20 " + cli + "up --accept-dns=false --login-server=http://" + control) // it waits for a relay, and there is none
	g.until(cli + "ip -4")

	published := []struct{ port, serve, off string }{
		{"443", "serve --bg --https=443 http://127.0.0.1:3000", " serve --https=443 off"},
		{"8080", "serve --bg --http=8080 http://127.0.0.1:3000", " serve --http=8080 off"},
		{"5432", "serve --bg --tcp=5432 tcp://127.0.0.1:5432", " serve --tcp=5432 off"},
		{"5433", "serve --bg --tls-terminated-tcp=5433 tcp://127.0.0.1:5432", " serve --tcp=5433 off"},
		{"8443", "funnel --bg --https=8443 http://127.0.0.1:3000", " funnel --https=8443 off"},
		{"10000", "funnel --bg --tcp=10000 tcp://127.0.0.1:5432", " funnel --tcp=10000 off"},
	}
	var ports []string
	for _, p := range published {
		g.sh(cli + p.serve + " </dev/null")
		g.until("ss -Hlnt 'sport = :" + p.port + "' | grep -q .")
		ports = append(ports, p.port)
	}
	g.sh(cli + "serve --bg --https=443 --set-path=/two http://127.0.0.1:3001 </dev/null") // two of one port
	foreground := g.Command(g.Context(), lab.Root, []string{"PATH=" + os.Getenv("PATH")}, g.Path("bin/tailscale"), "--socket="+socket, "serve", "--https=4443", "http://127.0.0.1:3000")
	g.start(foreground, "foreground")
	g.until("ss -Hlnt 'sport = :4443' | grep -q .")

	for _, p := range published {
		g.frees(p.port, p.off)
	}
	g.stayFree(ports...)
	for port, says := range map[string]string{"4443": "Press Ctrl-C where tailscale serve is running", "41641/udp": "Tailscale's own"} {
		texts := ""
		for _, r := range g.check(port) {
			if texts += r.Text + "\n"; strings.Contains(r.Command, " off") {
				t.Errorf("port %s: %q is offered", port, r.Command)
			}
		}
		if !strings.Contains(texts, says) {
			t.Errorf("port %s: no remedy says %q:\n%s", port, says, texts)
		}
	}
	// What is said of the one in the foreground is done, too.
	foreground.Process.Signal(os.Interrupt)
	g.until("! ss -Hlnt 'sport = :4443' | grep -q .")
	if status := g.sh(cli + "serve status --json"); strings.Contains(status, ":8443") { // of a funnel of TCP it keeps a word
		t.Errorf("left behind: %s", status)
	}
	g.sh(cli + "ip -4")
}
