package systemd

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestEnabledSockets(t *testing.T) {
	root := t.TempDir()
	write := func(path, text string) {
		t.Helper()
		path = filepath.Join(root, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	enable := func(name string) { write("etc/systemd/system/sockets.target.wants/"+name, "") }
	write("usr/lib/systemd/system/cockpit.socket", "[Socket]\nListenStream=9090\nListenStream=/run/cockpit\n")
	write("usr/lib/systemd/system/sshd.socket", "[Socket]\nListenStream=22\n")
	write("etc/systemd/system/sshd.socket.d/port.conf", "[Socket]\nListenStream=\nListenStream=0.0.0.0:2222\n")
	write("usr/lib/systemd/system/dns.socket", "[Socket]\nListenDatagram=127.0.0.53:53\nListenStream=[::]:53\nBindIPv6Only=ipv6-only\n")
	write("usr/lib/systemd/system/off.socket", "[Socket]\nListenStream=80\n")
	write("usr/lib/systemd/system/masked.socket", "[Socket]\nListenStream=81\n")
	if err := os.Symlink("/dev/null", filepath.Join(root, "etc/systemd/system/masked.socket")); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"cockpit.socket", "sshd.socket", "dns.socket", "masked.socket", "gone.socket"} {
		enable(name)
	}
	if found, err := EnabledSockets(root); len(found) > 0 || err != nil {
		t.Errorf("systemd does not run, and %v was found (%v)", found, err)
	}
	write("run/systemd/system/.keep", "")
	found, err := EnabledSockets(root)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, c := range found {
		lines = append(lines, fmt.Sprintf("%s %s %s %s %v", c.Unit, c.Protocol, c.Binding.Addr, c.Ports, c.Binding.V6Only))
	}
	want := `cockpit.socket tcp :: 9090 false
dns.socket udp 127.0.0.53 53 true
dns.socket tcp :: 53 true
sshd.socket tcp 0.0.0.0 2222 false`
	if got := strings.Join(lines, "\n"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
