package verdict

import (
	"cmp"
	"slices"
	"strconv"
	"syscall"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/port"
)

// Kind says what sort of thing a holder is.
type Kind uint8

const (
	Process Kind = iota + 1
	Container
	Unit
	Kernel // no process behind it: TIME_WAIT, an orphaned connection
	Rule   // of a packet filter, which sends packets elsewhere
	Unseen // a socket whose owner is hidden from us, or no socket at all
)

// Holder is who has a port.
type Holder struct {
	Kind      Kind
	Port      uint16
	Own       bool
	Container facts.Container // of Kind Container
	use       facts.PortUse
}

// Describe makes a holder of a port use that is on a want's port.
func (f Facts) Describe(w port.Requirement, c facts.PortUse) Holder {
	if c.Rule != nil {
		return f.behind(w, c)
	}
	return f.identify(w, c, c.Ports.First)
}

func (f Facts) owns(w port.Requirement, c facts.PortUse) bool { return f.Owns != nil && f.Owns(w, c) }

// Use is what the holder is known by.
func (h Holder) Use() facts.PortUse { return h.use }

// holders finds who stands behind a refusal: listeners and idle sockets first; connections only when there are none, as
// they do not keep a port from a socket with SO_REUSEADDR when they came from a listener that had it too.
func (f Facts) holders(w port.Requirement, r facts.Refusal) []Holder {
	var firm, loose []Holder
	for _, c := range f.Uses {
		if c.Socket == nil || !c.Meets(w.Protocol, r.Binding, port.Single(r.Port)) {
			continue
		}
		h := f.identify(w, c, r.Port)
		switch {
		case c.State == facts.Listening || c.State == facts.Bound || w.Protocol == port.UDP:
			firm = append(firm, h)
		case f.inTheWay(c, r):
			loose = append(loose, h)
		}
	}
	if len(firm) > 0 {
		return firm
	}
	return loose
}

// inTheWay says whether a connection can be what refused a port. When the kernel said "in use" it can. When it only said
// "not you", an accepted connection is left out: it kept its listener's SO_REUSEADDR and lets the engine by, unlike one
// that took a privileged port as its source. Where the kernel does not tell which it is, the far end's port does: that of
// a client is mostly an ephemeral one.
func (f Facts) inTheWay(c facts.PortUse, r facts.Refusal) bool {
	if r.Errno == syscall.EADDRINUSE || c.Opener == facts.OpenedHere {
		return true
	}
	return c.Opener == facts.OpenerUnknown && !f.Kernel.Ephemeral.Contains(c.Remote.Port())
}

// identify makes a holder of a socket: the container behind an engine's helper, rather than the helper.
func (f Facts) identify(w port.Requirement, c facts.PortUse, n uint16) Holder {
	h := Holder{Kind: Process, Port: n, use: c}
	if owner, ok := f.containerOf(c, n); ok {
		h.Kind, h.Container = Container, owner
		h.use.Owner = owner
	} else if c.Process == nil {
		switch {
		case c.Unit != "" && !isEngine(c.Unit):
			h.Kind = Unit
		case c.Socket.Inode == 0 || c.Tunnel != "":
			h.Kind = Kernel
		default:
			h.Kind = Unseen
		}
	}
	h.Own = f.owns(w, h.use)
	return h
}

func (f Facts) containerOf(c facts.PortUse, n uint16) (facts.Container, bool) {
	if id := c.Owner.ID; id != "" {
		for _, known := range f.Containers {
			if known.ID == id {
				return known, true
			}
		}
		// A helper can live in a container's cgroup while it serves another; an id that no engine knows is still an answer.
		owner := c.Owner
		owner.State = "running"
		return owner, true
	}
	for _, known := range f.Containers {
		if c.Process != nil && known.PID != 0 && known.PID == c.Process.PID && credible(known, c) {
			return known, true
		}
	}
	if c.Process != nil && !facts.IsHelper(c.Process.Name) {
		return facts.Container{}, false
	}
	if owner, ok := f.publisher(c, n); ok || c.Serves.ID == "" {
		return owner, ok
	}
	if owner, ok := f.restarting(c, n); ok {
		return owner, true
	}
	// An engine that knows the container knows its ports too, and this is none of them: the helper's word is not true.
	known := slices.ContainsFunc(f.Containers, func(o facts.Container) bool { return o.ID == c.Serves.ID })
	return c.Serves, !known
}

// credible says whether a container can have a socket. Another user's engine may call any process of the host its own, and
// its containers' are that user's, or have users that are none of the host's.
func credible(c facts.Container, socket facts.PortUse) bool {
	if !c.Foreign {
		return true
	}
	if socket.Process == nil {
		return false
	}
	user := socket.Process.User
	_, err := strconv.ParseUint(user, 10, 32)
	return user == c.User || err == nil
}

// publisher is the container that publishes the port of a helper's socket. /proc/net does not tell whether a socket on [::]
// leaves IPv4 alone, so a container on the socket's very address comes before one on another.
func (f Facts) publisher(c facts.PortUse, n uint16) (owner facts.Container, found bool) {
	exact, uses := false, f.publishing
	if uses == nil {
		uses = f.Uses
	}
	for _, p := range uses {
		if p.State != facts.Published || !p.Meets(c.Protocol, c.Binding, port.Single(n)) || !credible(p.Owner, c) {
			continue
		}
		same := p.Binding.Addr == c.Binding.Addr
		if !found || same && !exact || same == exact && p.Owner.ID < owner.ID {
			owner, found, exact = p.Owner, true, same
		}
	}
	return owner, found
}

// restarting is the container that a helper works for, where the engine called it stopped a moment before: one that keeps
// restarting is called so in between. The port is its own, and the helper runs as its engine does.
func (f Facts) restarting(c facts.PortUse, n uint16) (facts.Container, bool) {
	for _, p := range f.Uses {
		if p.State == facts.Stopped && p.Owner.ID == c.Serves.ID && c.Process != nil && c.Process.User == cmp.Or(p.Owner.User, "root") &&
			p.Meets(c.Protocol, c.Binding, port.Single(n)) {
			owner := p.Owner
			owner.State = "running"
			return owner, true
		}
	}
	return facts.Container{}, false
}

// isEngine says whether the unit is a container engine's: a port that its helper holds is some container's.
func isEngine(unit string) bool {
	switch unit {
	case "docker.service", "containerd.service", "podman.service", "snap.docker.dockerd.service":
		return true
	}
	return false
}

// ForContainer says whether the holder is an engine's helper, so that the answer is a container that is not known.
func (h Holder) ForContainer() bool {
	return h.Kind != Container && (isEngine(h.use.Unit) || h.use.Process != nil && facts.IsHelper(h.use.Process.Name))
}

// published are the running containers that publish a wanted port by the engine's word alone. What another user's engine
// publishes has a socket, too.
func (f Facts) published(w port.Requirement) []Holder {
	var found []Holder
	for _, c := range f.Uses {
		if c.State != facts.Published || c.Owner.Foreign {
			continue
		}
		bindings := f.engineBindings(w)
		if f.Engine.OneAddress && w.Mode == port.Publish && c.Owner.User != "" {
			bindings = anyAddress(w)
		}
		for _, b := range bindings {
			if c.Meets(w.Protocol, b, w.Ports) {
				h := Holder{Kind: Container, Port: max(c.Ports.First, w.Ports.First), Container: c.Owner, use: c}
				h.Own = f.owns(w, c)
				found = append(found, h)
				break
			}
		}
	}
	return found
}

func (f Facts) engineBindings(w port.Requirement) []port.Binding {
	if f.onIPv4Alone(w) {
		return []port.Binding{port.AnyV4}
	}
	return w.Bindings()
}

// onIPv4Alone says whether the engine binds a want on IPv4 and nowhere else, though no address was asked for.
func (f Facts) onIPv4Alone(w port.Requirement) bool {
	return f.Engine.IPv4Only && w.OnIPv4().Addr != w.Addr
}

// AsBound are wants at the addresses that the engine binds them on.
func (f Facts) AsBound(wants []port.Requirement) []port.Requirement {
	bound := slices.Clone(wants)
	for i, w := range bound {
		if f.Engine.IPv4Only {
			bound[i] = w.OnIPv4()
		}
	}
	return bound
}

// anyAddress are the bindings of a want, were it for every address of its family.
func anyAddress(w port.Requirement) []port.Binding {
	switch {
	case w.Addr.Is4():
		return []port.Binding{port.AnyV4}
	case w.Addr.Is6():
		return []port.Binding{port.AnyV6}
	}
	return w.Bindings()
}
