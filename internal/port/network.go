package port

// Network is one that a container is to be in, as its Compose file has it. It and the engine decide where a published port
// is bound.
type Network struct {
	Name     string // as the engine knows it: "board_default"
	External bool   // the file does not make it
	Driver   string // empty: the engine's own default
	Internal bool
	IPv6     bool
	Options  map[string]string // of the driver
	Priority int               // of the container's default route: the highest one's network has the published ports
}

// Unbound says why a want binds nothing on this host: nobody is in its way, and nobody gets in by this port; or the engine
// refuses to make its container.
type Unbound uint8

// The reasons.
const (
	NoNetwork       Unbound = iota + 1 // the container has no network
	InternalNetwork                    // its networks are internal
	OwnAddress                         // its network gives it an address of its own (macvlan, ipvlan)
	Routed                             // its network is routed to, without ports on the host
	Isolated                           // its network is isolated from the host
	HelpersNetwork                     // the "host" of an engine is its helper's network (rootless Docker)
	MachinesNetwork                    // the "host" of an engine is its virtual machine (Docker Desktop)
	SharedNetwork                      // refused: it publishes a port and is in another container's network
	ChainsGone                         // refused: the engine's own chains of rules are gone
	NoBridge                           // the engine was told to make no network that containers join by default
	RemappedUsers                      // refused: it is on the host's network, and the engine maps users
)

// Refused says whether the engine does not make the container at all.
func (u Unbound) Refused() bool { return u == SharedNetwork || u == RemappedUsers || u == ChainsGone }
