package safeport

import (
	"context"
	"os"

	"github.com/safeport/safeport/internal/claim"
	"github.com/safeport/safeport/internal/host"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/internal/verdict"
)

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

// Map draws the host's ports. The request says what is wanted, as for [Check]; the zero Request wants nothing.
func Map(ctx context.Context, req Request) (*MapReport, error) {
	r, err := runMap(ctx, Options(req))
	return r, usage(err)
}

// runMap draws the host's ports.
func runMap(ctx context.Context, req Options) (*MapReport, error) {
	r := &MapReport{Schema: MapSchema, Wanted: []WantedPort{}, Findings: []Finding{}, Reserved: []Stretch{}}
	if len(req.Services)+len(req.Files)+len(req.Ports)+len(req.Publish) > 0 {
		checked, err := runCheck(ctx, req)
		if err != nil {
			return nil, err
		}
		r.Findings = checked.Findings
		for _, p := range checked.Ports {
			if wanted, err := port.ParseRange(p.Ports); err == nil {
				r.Wanted = append(r.Wanted, WantedPort{p, stretchOf(wanted)})
			}
		}
	}
	lookup := req.LookupEnv
	if lookup == nil {
		lookup = os.LookupEnv
	}
	engines, err := endpoints(req.Engine, lookup)
	if err != nil {
		return nil, &RequestError{err}
	}
	survey := host.Ask(ctx, engines, func(claim.Container) bool { return false })
	defer survey.Close()
	wants := survey.Everything(ctx)
	if err := ctx.Err(); err != nil {
		return nil, message.Errorf("looking at the host: %w", err)
	}
	r.Host, r.Sources = hostOf(survey), sourcesOf(survey)
	r.Bands = bands(survey.Kernel)
	for _, reserved := range survey.Kernel.Reserved {
		r.Reserved = append(r.Reserved, stretchOf(reserved))
	}
	facts := gather(survey)
	for _, result := range verdict.Attribute(wants, facts) {
		r.Protocols = append(r.Protocols, mapOf(result, facts, survey))
	}
	return r, nil
}

func stretchOf(r port.Range) Stretch { return Stretch{int(r.First), int(r.Last)} }

// bands divides all ports.
func bands(k claim.Kernel) []Band {
	first, last := int(k.Ephemeral.First), int(k.Ephemeral.Last)
	privileged := min(k.UnprivilegedStart, first)
	var list []Band
	for _, b := range []Band{
		{"privileged", Stretch{1, privileged - 1}}, {"registered", Stretch{max(privileged, 1), first - 1}},
		{"ephemeral", Stretch{first, last}}, {"high", Stretch{last + 1, 65535}},
	} {
		if b.Len() > 0 {
			list = append(list, b)
		}
	}
	return list
}
