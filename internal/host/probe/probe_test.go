package probe

import (
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"golang.org/x/sys/unix"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/internal/sockettest"
)

func at(s string) port.Binding { return port.Binding{Addr: netip.MustParseAddr(s), V6Only: true} }

func publish(n uint16) port.Requirement {
	return port.Requirement{Protocol: port.TCP, Ports: port.Single(n), Mode: port.Publish}
}

func bind(n uint16) port.Requirement {
	return port.Requirement{Protocol: port.TCP, Ports: port.Single(n)}
}

func on(w port.Requirement, addr string) port.Requirement {
	w.Addr = netip.MustParseAddr(addr)
	return w
}

func overUDP(w port.Requirement) port.Requirement { w.Protocol = port.UDP; return w }

// inUse are the refusals of a port that somebody has, on the bindings.
func inUse(n uint16, bindings ...port.Binding) facts.Probe {
	var p facts.Probe
	for _, b := range bindings {
		p.Refusals = append(p.Refusals, facts.Refusal{Binding: b, Port: n, Errno: unix.EADDRINUSE})
	}
	return p
}

func compare(t *testing.T, want, got facts.Probe) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmpopts.EquateComparable(netip.Addr{}), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestAPortThatNobodyHasIsHad(t *testing.T) {
	sockettest.NeedIPv6(t)
	n := sockettest.FreePort(t)
	wants := []port.Requirement{publish(n), overUDP(publish(n)), overUDP(on(bind(n), "127.0.0.1"))}
	for i, got := range Ask(wants[:2]) {
		t.Run(wants[i].Mode.String()+" "+wants[i].Protocol.String(), func(t *testing.T) { compare(t, facts.Probe{}, got) })
	}
	compare(t, facts.Probe{}, Ask(wants[2:])[0])
}

func TestAListenerIsInTheWayOfWhatItsAddressCovers(t *testing.T) {
	sockettest.NeedIPv6(t)
	type refused map[string][]port.Binding
	published, plain := "publish", "bind"
	tests := []struct {
		name     string
		listener port.Binding
		refused  refused // by want; a want that is not named is had
	}{
		{"on every address", port.AnyDual, refused{
			published: {port.AnyV4, port.AnyV6}, plain: {port.AnyDual}, "127.0.0.1": {at("127.0.0.1")}, "::1": {at("::1")}, "::": {port.AnyV6},
		}},
		{"on IPv4", port.AnyV4, refused{published: {port.AnyV4}, plain: {port.AnyDual}, "127.0.0.1": {at("127.0.0.1")}}},
		{"on IPv6 alone", port.AnyV6, refused{published: {port.AnyV6}, plain: {port.AnyDual}, "::1": {at("::1")}, "::": {port.AnyV6}}},
		{"on one IPv4 address", at("127.0.0.1"), refused{published: {port.AnyV4}, plain: {port.AnyDual}, "127.0.0.1": {at("127.0.0.1")}}},
		{"on another IPv4 address", at("127.0.0.2"), refused{published: {port.AnyV4}, plain: {port.AnyDual}}},
		{"on one IPv6 address", at("::1"), refused{published: {port.AnyV6}, plain: {port.AnyDual}, "::1": {at("::1")}, "::": {port.AnyV6}}},
		{"on one network device", port.Binding{Addr: port.AnyV4.Addr, Device: "lo"}, refused{
			published: {port.AnyV4}, plain: {port.AnyDual}, "127.0.0.1": {at("127.0.0.1")},
		}},
	}
	for _, protocol := range []port.Protocol{port.TCP, port.UDP} {
		for _, tt := range tests {
			t.Run(protocol.String()+" "+tt.name, func(t *testing.T) {
				held := sockettest.Hold(t, sockettest.Shape{Protocol: protocol, Binding: tt.listener, Reuse: protocol == port.TCP})
				wants := map[string]port.Requirement{published: publish(held.Port), plain: bind(held.Port)}
				for _, addr := range []string{"127.0.0.1", "::1", "::"} {
					wants[addr] = on(bind(held.Port), addr)
				}
				for name, w := range wants {
					w.Protocol = protocol
					t.Run(name, func(t *testing.T) { compare(t, inUse(held.Port, tt.refused[name]...), Ask([]port.Requirement{w})[0]) })
				}
			})
		}
	}
}

func TestABoundSocketIsInTheWayUnlessBothReuseTheAddress(t *testing.T) {
	for name, reuse := range map[string]bool{"without SO_REUSEADDR": false, "with SO_REUSEADDR": true} {
		t.Run(name, func(t *testing.T) {
			held := sockettest.Hold(t, sockettest.Shape{Binding: port.AnyV4, Reuse: reuse, Idle: true})
			want := inUse(held.Port, port.AnyV4)
			if reuse {
				want = facts.Probe{}
			}
			compare(t, want, Ask([]port.Requirement{publish(held.Port)})[0])
		})
	}
}

func TestAnOutgoingConnectionKeepsItsSourcePort(t *testing.T) {
	c := sockettest.Connect(t)
	wants := []port.Requirement{on(publish(c.Local), "127.0.0.1"), on(publish(c.Local), "0.0.0.0"), on(publish(c.Local), "127.0.0.2")}
	check := func(t *testing.T) {
		got := Ask(wants[:1])
		compare(t, inUse(c.Local, at("127.0.0.1")), got[0])
		compare(t, inUse(c.Local, at("0.0.0.0")), Ask(wants[1:2])[0])
		compare(t, facts.Probe{}, Ask(wants[2:])[0])
	}
	t.Run("while it is open", check)
	c.Finish(t)
	t.Run("in TIME_WAIT", check)
}

func TestAnAddressOfAnotherHostIsUnavailable(t *testing.T) {
	n := sockettest.FreePort(t)
	for _, addr := range []string{"203.0.113.7", "2001:db8::7"} {
		t.Run(addr, func(t *testing.T) {
			want := facts.Probe{Refusals: []facts.Refusal{{Binding: at(addr), Port: n, Errno: unix.EADDRNOTAVAIL}}}
			compare(t, want, Ask([]port.Requirement{on(bind(n), addr)})[0])
		})
	}
}

func TestAnyUserHasAPortThatNobodyHas(t *testing.T) {
	n := sockettest.FreePort(t)
	sockettest.AsNobody(t, func() { compare(t, facts.Probe{}, Ask([]port.Requirement{bind(n)})[0]) })
}

func TestAPrivilegedPortIsDeniedToAUserWithoutTheRight(t *testing.T) {
	const tcpmux = 1 // below every ip_unprivileged_port_start but 0 and 1
	sockettest.AsNobody(t, func() {
		want := facts.Probe{Refusals: []facts.Refusal{{Binding: port.AnyDual, Port: tcpmux, Errno: unix.EACCES}}}
		compare(t, want, Ask([]port.Requirement{bind(tcpmux)})[0])
		if !Free(port.TCP, tcpmux) {
			t.Error("a port that this user may not have counts as taken")
		}
	})
}

func TestFreeIsForEveryKindOfBinder(t *testing.T) {
	sockettest.NeedIPv6(t)
	n := sockettest.FreePort(t)
	if !Free(port.TCP, n) || !Free(port.UDP, n) {
		t.Fatalf("port %d is free, and is said not to be", n)
	}
	for _, b := range []port.Binding{port.AnyDual, port.AnyV4, port.AnyV6, at("127.0.0.2"), at("::1")} {
		held := sockettest.Hold(t, sockettest.Server(b, 0))
		if Free(port.TCP, held.Port) {
			t.Errorf("port %d is held on %v, and is said to be free", held.Port, b)
		}
		if !Free(port.UDP, held.Port) {
			t.Errorf("UDP port %d is free, and is said not to be", held.Port)
		}
	}
}

func TestTheEnginesChoiceIsNotAsked(t *testing.T) {
	compare(t, facts.Probe{}, Ask([]port.Requirement{{Protocol: port.TCP, Mode: port.Publish, Target: port.Single(80)}})[0])
}
