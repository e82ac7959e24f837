package advice

import (
	"github.com/safeport/safeport/internal/describe"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/port"
)

// isStub says whether a holder is the listener of systemd-resolved for programs of this host that ask for names.
func isStub(h describe.Holder) bool {
	return h.Unit == "systemd-resolved.service" && h.Port == 53 && (h.Address == "127.0.0.53" || h.Address == "127.0.0.54")
}

// turnOffStub is how systemd-resolved gives port 53 back and goes on resolving names: the programs of this host ask the name
// servers that it has found. Where it does not tell them, there is no way but beside it.
func (w *Builder) turnOffStub(h describe.Holder, want port.Requirement) (ways []way) {
	if beside := w.besideIt(h, want); beside != nil {
		ways = append(ways, *beside)
	}
	if r := w.Subject.Resolver; !r.Upstream || !r.Linked {
		return append(ways, way{key: message.KeepHost, args: words(h)})
	}
	return append(ways, way{key: message.StubOff, command: `sudo mkdir -p /etc/systemd/resolved.conf.d && ` +
		`printf '[Resolve]\nDNSStubListener=no\n' | sudo tee /etc/systemd/resolved.conf.d/60-safeport.conf && ` +
		`sudo ln -sf /run/systemd/resolve/resolv.conf /etc/resolv.conf && sudo systemctl restart systemd-resolved.service`})
}

// isFixed says whether clients ask for a service on this port and no other, so that another one is no choice.
func isFixed(want port.Requirement) bool {
	if want.Origin.Kind != "argument" {
		return false
	}
	switch want.Ports.First {
	case 53, 67, 68, 123, 547, 5353:
		return want.Ports.Len() == 1
	}
	return false
}
