package report

import "net"

// picked is what [Port.Ports] has where the engine picks the port.
const picked = "0"

// Label names the port as a row does: "80/tcp", "[::1]:9000/tcp", "any/tcp" where the engine picks it.
func (p Port) Label() string {
	text := p.Ports
	if p.Picked() {
		text = "any"
	}
	if p.Address != "" {
		text = net.JoinHostPort(p.Address, text)
	}
	return text + "/" + p.Protocol
}

// Picked says whether the engine picks the port.
func (p Port) Picked() bool { return p.Ports == picked }
