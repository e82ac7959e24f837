package port

import (
	"fmt"
)

// Argument spells a want as the command line takes it: a port, or what --publish takes.
func Argument(want Requirement) string {
	address := ""
	if want.Addr.IsValid() {
		address = want.Addr.String() + ":"
		if want.Addr.Is6() {
			address = "[" + want.Addr.String() + "]:"
		}
	}
	protocol := ""
	if want.Protocol == UDP {
		protocol = "/udp"
	}
	if want.Mode == Publish {
		return fmt.Sprintf("%s%s:%s%s", address, want.Ports, want.Target, protocol)
	}
	return address + want.Ports.String() + protocol
}

// Number is the want's first port and protocol, for a question about it.
func Number(want Requirement) string {
	return fmt.Sprintf("%d/%s", want.Ports.First, want.Protocol)
}

// Spell names a want in a sentence: "80/tcp", "127.0.0.1:9000/tcp".
func Spell(want Requirement) string {
	text := SpellOn(want.Protocol, want.Ports)
	switch {
	case !want.Addr.IsValid():
		return text
	case want.Addr.Is6():
		return "[" + want.Addr.String() + "]:" + text
	}
	return want.Addr.String() + ":" + text
}

func SpellOn(p Protocol, r Range) string { return r.String() + "/" + p.String() }
