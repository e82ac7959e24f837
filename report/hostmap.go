package report

// MapSchema names the shape of a [MapReport] as JSON.
const MapSchema = "safeport/map/v1"

// MapReport is a picture of the host's ports: what they are for, who has them, and where there is room.
type MapReport struct {
	Schema    string        `json:"schema"` // always [MapSchema]
	Host      Host          `json:"host"`
	Bands     []Band        `json:"bands"`     // all ports from 1 to 65535, in this order
	Reserved  []Stretch     `json:"reserved"`  // ports that outgoing connections leave alone (ip_local_reserved_ports)
	Protocols []ProtocolMap `json:"protocols"` // TCP, then UDP
	Wanted    []WantedPort  `json:"wanted"`    // what was asked about, with the verdicts of [Check]
	Findings  []Finding     `json:"findings"`  // those of [Check] on what is wanted
	Sources   []Source      `json:"sources"`
}

// Stretch is a range of ports, both ends included.
type Stretch struct {
	First int `json:"first"`
	Last  int `json:"last"`
}

// Len is how many ports the stretch has.
func (s Stretch) Len() int { return s.Last - s.First + 1 }

// Band is a part of all ports by what the kernel does with them.
type Band struct {
	Name string `json:"name"` // privileged, registered, ephemeral (outgoing connections take theirs there) or high
	Stretch
}

// ProtocolMap is the ports of one protocol.
type ProtocolMap struct {
	Protocol string    `json:"protocol"` // "tcp" or "udp"
	Marks    []MapMark `json:"marks"`    // by port
	// Passing is how many more ports sockets have, above all as the source ports of connections.
	Passing int       `json:"passing"`
	Room    []Stretch `json:"room"` // the three widest stretches of ports that nobody has, and that stay free, by port
}

// MapKind says how a place on the map is spoken for.
type MapKind string

const (
	MarkHeld       MapKind = "held"       // something has the port now
	MarkRedirected MapKind = "redirected" // a rule sends its packets elsewhere
	MarkClaimed    MapKind = "claimed"    // something that does not run will take it when it starts
)

// MapMark is a place on the map that is spoken for.
type MapMark struct {
	Kind MapKind `json:"kind"`
	Stretch
	Holders []Holder `json:"holders"`
}

// WantedPort is a port or range that was asked about, with its place on the map.
type WantedPort struct {
	Port `json:"port"`
	Stretch
}
