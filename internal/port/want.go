package port

import (
	"net/netip"
	"strings"

	"github.com/safeport/safeport/internal/message"
)

// Mode says who binds a wanted port.
type Mode uint8

const (
	Bind    Mode = iota // the service itself
	Publish             // the container engine, as "docker run -p" does
)

func (m Mode) String() string {
	if m == Publish {
		return "publish"
	}
	return "bind"
}

// Origin says where a value was chosen, for the report: Kind is flag, env, file, existing, default, definition or
// argument; Where is the flag, the variable, "config.yaml:3" or the container's name.
type Origin struct {
	Kind, Where string
}

// Choice is a value as somebody wrote it, and where.
type Choice struct {
	Text   string
	Origin Origin
}

// Requirement is a port, or a range of ports, that something needs on the host.
type Requirement struct {
	Name     string        // unique within a request: "web", or the argument as given
	About    message.Words // what it is for
	Service  string        // the service that wants it; empty for a port given as an argument
	Protocol Protocol
	Addr     netip.Addr // zero: every address, IPv4 and IPv6
	Ports    Range      // zero: the engine picks one itself, nothing to check
	AnyOf    int        // 0: all of Ports are needed; n > 0: any n of them do
	Mode     Mode
	Target   Range // Publish: the container's ports
	Origin   Origin
	Others   []Choice // of the same setting that do not count beside Origin, by falling weight
	Setting  string   // flag that changes the port ("port"), or empty
	Web      bool     // people open it in a browser

	Networks  []Network // Publish: those of the container; none: the engine's own default
	Unbound   Unbound   // why nothing is bound on the host; zero: something is
	DualStack bool      // Publish: bound on IPv6 too, whatever the engine does by default
	// Shared: the program sets SO_REUSEPORT, and with UDP SO_REUSEADDR, so that others who do the same may have the port, too. Of
	// TCP they have to be the same user's: UID is the program's; -1: whoever asks.
	Shared    bool
	UID       int
	Replica   bool       // of the second container of a service, which wants what the first one has
	Container *Container // whose program is to listen; nil: none, or nothing is known of it
}

// Bindings are the sockets that the binder opens for each of the ports.
//
// An engine opens one socket per family, IPv6 with IPV6_V6ONLY (moby, portallocator/osallocator_linux.go). A program
// that names no address opens one dual-stack socket, as Go's net.Listen(":80") does. An address means that address alone.
func (w Requirement) Bindings() []Binding {
	switch {
	case w.Addr.IsValid():
		return []Binding{{Addr: w.Addr, V6Only: true}}
	case w.Mode == Publish:
		return []Binding{AnyV4, AnyV6}
	}
	return []Binding{AnyDual}
}

// OnIPv4 is the requirement as an engine binds it that takes IPv4 alone where no address was asked for.
func (w Requirement) OnIPv4() Requirement {
	if w.Mode == Publish && !w.Addr.IsValid() && !w.DualStack {
		w.Addr = netip.IPv4Unspecified()
	}
	return w
}

// Overlaps says whether the two cannot both be had: a port in common, of one protocol, on addresses that conflict.
func (w Requirement) Overlaps(o Requirement) bool {
	if w.Unbound != 0 || o.Unbound != 0 || w.Protocol != o.Protocol || !w.Ports.Overlaps(o.Ports) {
		return false
	}
	for _, a := range w.Bindings() {
		for _, b := range o.Bindings() {
			if a.Conflicts(b) {
				return true
			}
		}
	}
	return false
}

// Parse reads a port that the service binds itself: "80", "443/tcp", "53/udp", "127.0.0.1:9000", "[::1]:9000",
// "40000-40063". The error names the word that is wrong and what would be right.
func Parse(s string) (Requirement, error) {
	w := Requirement{Name: s, Protocol: TCP, Origin: Origin{Kind: "argument", Where: s}}
	rest, proto, hasProto := strings.Cut(s, "/")
	if hasProto {
		var err error
		if w.Protocol, err = ParseProtocol(proto); err != nil {
			return Requirement{}, message.Errorf("%q: %w", s, err)
		}
	}
	if i := strings.LastIndex(rest, ":"); i >= 0 {
		var err error
		if w.Addr, err = parseAddr(rest[:i]); err != nil {
			return Requirement{}, message.Errorf("%q: %w", s, err)
		}
		rest = rest[i+1:]
	}
	var err error
	if w.Ports, err = ParseRange(rest); err != nil {
		if rest == s {
			return Requirement{}, err
		}
		return Requirement{}, message.Errorf("%q: %w", s, err)
	}
	return w, nil
}

// parseAddr reads an IPv4 address, or an IPv6 address in brackets.
func parseAddr(s string) (netip.Addr, error) {
	inner, bracketed := strings.CutPrefix(s, "[")
	if bracketed {
		var closed bool
		if inner, closed = strings.CutSuffix(inner, "]"); !closed {
			return netip.Addr{}, message.Errorf("address %q has no closing bracket", s)
		}
	}
	a, err := netip.ParseAddr(inner)
	switch {
	case err != nil:
		return netip.Addr{}, message.Errorf("%q is not an IP address: use 127.0.0.1:9000 or [::1]:9000", s)
	case a.Is6() && !bracketed:
		return netip.Addr{}, message.Errorf("IPv6 address %s requires brackets: [%s]:PORT", s, s)
	case a.Is4() && bracketed:
		return netip.Addr{}, message.Errorf("IPv4 address %s takes no brackets", inner)
	}
	return a, nil
}
