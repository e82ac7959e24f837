package systemd

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/safeport/safeport/lab"
)

// socketUnits are files below /etc/systemd/system and what is to be read from them. Those that are wanted by a target
// start with the host.
var socketUnits = map[string]string{
	"cockpit.socket":                      "[Unit]\nListenStream=1\n[Socket]\nListenStream=9090\nListenStream=/run/cockpit\n[Install]\nWantedBy=sockets.target\n",
	"cockpit.service":                     "[Service]\nExecStart=/bin/true\n",
	"sshd.socket":                         "[Socket]\nListenStream=22\nAccept=yes\n",
	"sshd@.service":                       "[Service]\nExecStart=/bin/true\n",
	"sshd.socket.d/10-port.conf":          "[Socket]\nListenStream=\nListenStream=0.0.0.0:2222\n",
	"sshd.socket.d/20-more.conf":          "# by hand\n[Socket]\nListenStream=\\\n; not this one\n  192.0.2.1:2223\n",
	"dns.socket":                          "[Socket]\nListenDatagram=127.0.0.53:53\nListenStream=[::]:53\nBindIPv6Only=ipv6-only\nService=resolver.service\n",
	"resolver.service":                    "[Service]\nExecStart=/bin/true\n",
	"web@.socket":                         "[Socket]\nListenStream=%i\nListenStream=[::1]:%i\nListenDatagram=%i\nBindToDevice=lo\n",
	"web@.service":                        "[Service]\nExecStart=/bin/true\n",
	"stopped.socket":                      "[Socket]\nListenStream=8099\n",
	"stopped.service":                     "[Service]\nExecStart=/bin/true\n",
	"masked.socket.d/stays.conf":          "[Socket]\nListenStream=81\n",
	"my-app-web.socket":                   "[Socket]\nListenStream=8098\n",
	"my-app-web.service":                  "[Service]\nExecStart=/bin/true\n",
	"my-app-.socket.d/80-both.conf":       "[Socket]\nListenStream=\nListenStream=127.0.0.1:8097\n",
	"my-.socket.d/80-both.conf":           "[Socket]\nListenStream=8096\n",
	"my-app-web.socket.d/90-another.conf": "[Socket]\nListenDatagram=8095\n",
}

var socketsRead = `cockpit.socket for cockpit.service, starts: tcp :: 9090
dns.socket for resolver.service, starts: udp 127.0.0.53 53
dns.socket for resolver.service, starts: tcp :: (v6only) 53
my-app-web.socket for my-app-web.service, starts: tcp 127.0.0.1 8097
my-app-web.socket for my-app-web.service, starts: udp :: 8095
sshd.socket for nobody in particular, starts: tcp 0.0.0.0 2222
sshd.socket for nobody in particular, starts: tcp 192.0.2.1 2223
web@8080.socket for web@8080.service, starts: tcp :: 8080 on lo
web@8080.socket for web@8080.service, starts: tcp ::1 (v6only) 8080 on lo
web@8080.socket for web@8080.service, starts: udp :: 8080 on lo
`

// started are the links that "systemctl enable" makes for them.
var started = []string{"cockpit.socket", "sshd.socket", "dns.socket", "web@8080.socket", "masked.socket", "gone.socket", "my-app-web.socket"}

func describe(sockets []Socket) string {
	var b strings.Builder
	for _, s := range sockets {
		service, starts := s.Service, ""
		if service == "" {
			service = "nobody in particular"
		}
		if s.Starts {
			starts = ", starts"
		}
		for _, c := range s.Listens {
			only, device := "", ""
			if c.Binding.V6Only {
				only = " (v6only)"
			}
			if c.Binding.Device != "" {
				device = " on " + c.Binding.Device
			}
			fmt.Fprintf(&b, "%s for %s%s: %s %s%s %s%s\n", s.Name, service, starts, c.Protocol, c.Binding.Addr, only, c.Ports, device)
		}
	}
	return b.String()
}

func TestSocketUnitsAreReadFromFiles(t *testing.T) {
	files := map[string]string{"usr/lib/systemd/system/masked.socket": "[Socket]\nListenStream=81\n", "etc/systemd/system/masked.socket": "-> /dev/null"}
	for name, text := range socketUnits {
		files["etc/systemd/system/"+name] = text
	}
	for _, name := range started {
		files["etc/systemd/system/sockets.target.wants/"+name] = "-> /usr/lib/systemd/system/" + name
	}
	files["usr/lib/systemd/system/rescue.target.wants/stopped.socket"] = "-> ../stopped.socket"
	files["usr/lib/systemd/system/basic.target.wants/stopped.socket"] = "-> ../stopped.socket"
	files["etc/systemd/system/basic.target.wants/stopped.socket"] = "-> /dev/null"
	sockets, err := System(tree(t, files)).Sockets(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Replace(socketsRead, "web@", "stopped.socket for stopped.service: tcp :: 8099\nweb@", 1)
	if diff := cmp.Diff(want, describe(sockets)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// The files say what systemd says: who may not ask it gets the same answer.
func TestFilesAndSystemdSayTheSame(t *testing.T) {
	host := lab.NewHost(t, lab.HostOptions{})
	machine := host.Boot(t)
	files := map[string]string{"masked.socket": "-> /dev/null"}
	for name, text := range socketUnits {
		files[name] = text
	}
	for _, name := range started {
		files["sockets.target.wants/"+name] = "-> /etc/systemd/system/" + strings.Replace(name, "@8080", "@", 1)
	}
	machine.Units(t, files)
	m := System(machine.Root())
	b, err := m.connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer b.close()
	asked, err := b.sockets(t.Context(), m.starting(".socket"))
	if err != nil {
		t.Fatal(err)
	}
	read, err := m.socketFiles(m.starting(".socket"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(socketsRead, describe(asked)); diff != "" {
		t.Errorf("asked, -want +got:\n%s", diff)
	}
	// Units that neither are loaded nor start are known from files alone.
	read = slices.DeleteFunc(read, func(s Socket) bool { return !s.Starts })
	if diff := cmp.Diff(describe(asked), describe(read)); diff != "" {
		t.Errorf("-asked +read:\n%s", diff)
	}
}

func BenchmarkSockets(b *testing.B) {
	files := map[string]string{}
	for i := range 200 {
		name := fmt.Sprintf("s%d.socket", i)
		files["etc/systemd/system/"+name] = fmt.Sprintf("[Socket]\nListenStream=%d\n", 10000+i)
		files["etc/systemd/system/sockets.target.wants/"+name] = "-> ../" + name
	}
	root := tree(b, files)
	for b.Loop() {
		if found, err := System(root).Sockets(context.Background()); len(found) != 200 || err != nil {
			b.Fatal(len(found), err)
		}
	}
}
