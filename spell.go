package safeport

import (
	"fmt"

	"github.com/safeport/safeport/internal/port"
)

// argument spells a want as the command line takes it: a port, or what --publish takes.
func argument(want port.Want) string {
	address := ""
	if want.Addr.IsValid() {
		address = want.Addr.String() + ":"
		if want.Addr.Is6() {
			address = "[" + want.Addr.String() + "]:"
		}
	}
	protocol := ""
	if want.Protocol == port.UDP {
		protocol = "/udp"
	}
	if want.Mode == port.Publish {
		return fmt.Sprintf("%s%s:%s%s", address, want.Ports, want.Target, protocol)
	}
	return address + want.Ports.String() + protocol
}

// number is the want's first port and protocol, for a question about it.
func number(want port.Want) string {
	return fmt.Sprintf("%d/%s", want.Ports.First, want.Protocol)
}

// spell names a want in a sentence: "80/tcp", "127.0.0.1:9000/tcp".
func spell(want port.Want) string {
	text := spellOn(want.Protocol, want.Ports)
	switch {
	case !want.Addr.IsValid():
		return text
	case want.Addr.Is6():
		return "[" + want.Addr.String() + "]:" + text
	}
	return want.Addr.String() + ":" + text
}

func spellOn(p port.Protocol, r port.Range) string { return r.String() + "/" + p.String() }
