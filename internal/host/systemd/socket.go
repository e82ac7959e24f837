package systemd

import (
	"context"
	"errors"
	"maps"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/port"
)

// Socket is a socket unit: systemd takes its ports, and hands them to a service when somebody asks for it.
type Socket struct {
	Name    string // "cockpit.socket"
	Service string // "cockpit.service"; empty where each connection gets one of its own
	Starts  bool   // it starts with the host
	User    bool   // it is one of a user's own systemd
	Listens []facts.PortUse
}

// Sockets are the socket units that listen now or will when the host starts, by their names. The error says what could not
// be read; what was found stands all the same. Where systemd itself can be asked it knows best: files may have changed since it
// read them.
func (m *Manager) Sockets(ctx context.Context) ([]Socket, error) {
	starting := m.starting(".socket")
	b, err := m.connect(ctx)
	if err == nil {
		defer b.close()
		var sockets []Socket
		if sockets, err = b.sockets(ctx, starting); err == nil {
			return sockets, nil
		}
		err = b.late(err)
	}
	sockets, filesErr := m.socketFiles(starting)
	if !errors.As(err, new(errLate)) {
		err = nil // who may not ask it reads its files, and misses little
	}
	return sockets, errors.Join(err, filesErr)
}

// socketFiles reads all socket units from their files: any of them may have been started by hand.
func (m *Manager) socketFiles(starting map[string]bool) (sockets []Socket, err error) {
	names := maps.Clone(starting)
	for _, name := range m.index().named(".socket") {
		names[name] = starting[name]
	}
	return m.readSockets(names)
}

// readSockets reads the files of named socket units, of which it is known whether they start with the host.
func (m *Manager) readSockets(names map[string]bool) (sockets []Socket, err error) {
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(names)) {
		u, err := m.load(name)
		errs = append(errs, err)
		if u == nil {
			continue
		}
		if claims := listens(u); len(claims) > 0 {
			sockets = append(sockets, m.newSocket(name, serviceOf(u), names[name], claims))
		}
	}
	return sockets, errors.Join(errs...)
}

// Has says whether a listening socket is one of the unit's. A kernel without IPv6 makes 0.0.0.0 of "every address", and
// /proc/net does not tell whether a socket leaves IPv4 alone.
func (s Socket) Has(c facts.PortUse) bool {
	return slices.ContainsFunc(s.Listens, func(l facts.PortUse) bool {
		sameAddr := l.Binding.Addr == c.Binding.Addr || l.Binding == port.AnyDual && c.Binding == port.AnyV4
		return l.Protocol == c.Protocol && l.Ports == c.Ports && sameAddr && l.Binding.Device == c.Binding.Device
	})
}

func (m *Manager) newSocket(name, service string, starts bool, claims []facts.PortUse) Socket {
	for i := range claims {
		m.mark(&claims[i], name, facts.BeforeEngine) // sockets.target comes before any service
	}
	return Socket{Name: name, Service: service, Starts: starts, User: m.private != systemPrivate, Listens: claims}
}

// serviceOf is the service that a socket unit starts.
func serviceOf(u *unit) string {
	if named := u.last("Socket", "Service"); named != "" {
		return named
	}
	if isTrue(u.last("Socket", "Accept")) {
		return ""
	}
	return u.stem() + ".service"
}

// listens are the ports of a socket unit (systemd.socket(5)).
func listens(u *unit) (claims []facts.PortUse) {
	for _, e := range u.entries {
		if e.section != "Socket" || !strings.HasPrefix(e.key, "Listen") {
			continue
		}
		// An empty value of any of them takes back all of them.
		if e.value == "" {
			claims = nil
		}
		if c, ok := listen(strings.TrimPrefix(e.key, "Listen"), u.expand(e.value)); ok {
			claims = append(claims, c)
		}
	}
	bindTo(claims, u.last("Socket", "BindIPv6Only"), u.last("Socket", "BindToDevice"))
	return claims
}

// listen reads one address: of a "Stream" or a "Datagram", the rest has no ports.
func listen(kind, value string) (facts.PortUse, bool) {
	protocols := map[string]port.Protocol{"Stream": port.TCP, "Datagram": port.UDP}
	b, n, ok := address(value)
	p, known := protocols[kind]
	return facts.PortUse{Protocol: p, Binding: b, Ports: port.Single(n)}, ok && known
}

// bindTo applies what is said once for all addresses of a unit.
func bindTo(claims []facts.PortUse, onlyV6, device string) {
	for i := range claims {
		b := &claims[i].Binding
		b.V6Only = b.V6Only || onlyV6 == "ipv6-only" && b.Addr.Is6()
		b.Device = device
	}
}

// address reads "80", which is every address, "192.0.2.1:80" and "[::]:80". Paths and other kinds of sockets are no port.
func address(s string) (port.Binding, uint16, bool) {
	if n, err := strconv.ParseUint(s, 10, 16); err == nil && n > 0 {
		return port.AnyDual, uint16(n), true
	}
	at, err := netip.ParseAddrPort(s)
	if err != nil || at.Port() == 0 {
		return port.Binding{}, 0, false
	}
	return port.Binding{Addr: at.Addr(), V6Only: at.Addr().Is6() && !at.Addr().IsUnspecified()}, at.Port(), true
}

// isTrue reads a boolean as systemd does.
func isTrue(s string) bool {
	return slices.Contains([]string{"1", "yes", "y", "true", "t", "on"}, strings.ToLower(s))
}
