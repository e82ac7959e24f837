package check

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/safeport/safeport/internal/describe"
	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/host"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/internal/request"
	"github.com/safeport/safeport/internal/verdict"
	"github.com/safeport/safeport/report"
)

// Listed is what a list of ports is narrowed down to. What is empty leaves nothing out.
type Listed struct {
	Ranges      []string // "80", "8000-9000"
	Name        string   // part of the holder's name, or of its unit's
	User        string
	Container   string // part of the container's name
	Connections bool   // these too
}

// List finds all ports in use. The error is a [*request.Error] when a range is none.
func List(ctx context.Context, opts request.Options, only Listed) (*report.ListReport, error) {
	q, err := request.ParsePorts(request.Options{Engine: opts.Engine, LookupEnv: opts.LookupEnv})
	if err != nil {
		return nil, err
	}
	ranges := []port.Range{{First: 1, Last: 65535}}
	if len(only.Ranges) > 0 {
		ranges = nil
	}
	for _, text := range only.Ranges {
		r, err := port.ParseRange(text)
		if err != nil {
			return nil, &request.Error{Err: err}
		}
		ranges = append(ranges, r)
	}
	survey := host.Ask(ctx, q.Endpoints, func(facts.Container) bool { return false })
	defer survey.Close()
	survey.Listing(ctx, ranges, only.Connections)
	if err := ctx.Err(); err != nil {
		return nil, message.Errorf("inspecting the host: %w", err)
	}
	l := listing{survey: survey, facts: besides(survey), rows: make(map[row]int, len(survey.Sockets)), only: only, chains: describe.Chains{}}
	// Of each socket it is asked who publishes its port, and nothing of the thousands of other sockets.
	for _, e := range survey.Engines {
		for _, c := range e.Claims() {
			if c.State == facts.Published {
				l.facts.Uses = append(l.facts.Uses, c)
			}
		}
	}
	l.ports = make([]report.ListedPort, 0, len(survey.Sockets))
	for _, c := range inOrder(survey.Sockets) {
		l.add(c)
	}
	for i, c := range l.facts.Uses {
		if slices.ContainsFunc(ranges, func(r port.Range) bool { return r.Overlaps(c.Ports) }) {
			l.add(&l.facts.Uses[i])
		}
	}
	return &report.ListReport{Schema: report.ListSchema, Host: describe.HostOf(survey), Ports: l.sorted(), Sources: describe.SourcesOf(survey)}, nil
}

// listing is a list that is being made.
type listing struct {
	survey *host.Survey
	facts  verdict.Facts
	only   Listed
	chains describe.Chains
	ports  []report.ListedPort
	rows   map[row]int // place in ports
}

// row is what sockets have in common that are one line: those of one holder that differ in their addresses alone.
type row struct {
	protocol port.Protocol
	port     uint16
	kind     report.HolderKind
	holder   string
	pid      int
	state    string
	remote   string
}

func (l *listing) add(c *facts.PortUse) {
	w := port.Requirement{Protocol: c.Protocol, Ports: c.Ports, Addr: c.Binding.Addr}
	h := l.facts.Describe(w, *c)
	d := l.chains.HolderOf(h).Holder
	if !l.wanted(d) {
		return
	}
	key := row{c.Protocol, c.Ports.First, d.Kind, d.Name, d.PID, d.State, d.Remote}
	if d.Container != nil {
		// The engine's helper has the socket, and the engine says the same once more.
		key.holder, key.pid, key.state = d.Container.ID, 0, ""
	}
	outside := l.outside(c, h)
	i, known := l.rows[key]
	if !known {
		i = len(l.ports)
		l.rows[key] = i
		l.ports = append(l.ports, report.ListedPort{Protocol: d.Protocol, Port: int(c.Ports.First), Addresses: []string{}, Outside: outside, Holder: d})
	}
	p := &l.ports[i]
	if !slices.Contains(p.Addresses, d.Address) {
		p.Addresses = append(p.Addresses, d.Address)
	}
	p.Outside = wider(p.Outside, outside)
}

// wanted says whether a holder is one of those that the list was narrowed down to.
func (l *listing) wanted(h report.Holder) bool {
	has := func(part string, of ...string) bool {
		return part == "" || slices.ContainsFunc(of, func(text string) bool { return strings.Contains(strings.ToLower(text), strings.ToLower(part)) })
	}
	container := ""
	if h.Container != nil {
		container = h.Container.Name
	}
	return has(l.only.Name, h.Name, h.Unit) && (l.only.User == "" || l.only.User == h.User) && has(l.only.Container, container)
}

// outside says how far clients on other hosts get to a socket.
func (l *listing) outside(c *facts.PortUse, h verdict.Holder) string {
	if c.State == facts.Connected || c.State == facts.TimeWait {
		return ""
	}
	if c.Binding.Addr.IsLoopback() {
		return "local"
	}
	w := port.Requirement{Protocol: c.Protocol, Ports: port.Single(c.Ports.First), Addr: c.Binding.Addr.Unmap(), Mode: port.Bind}
	if h.Kind == verdict.Container && h.Container.Network != "host" {
		w.Mode = port.Publish
	}
	blocks, outside := l.survey.Outside(w)
	return describe.Outside(facts.Probe{Blocked: blocks, Outside: outside})
}

// reach orders how far clients get: what is known of one address counts for more than what is not known of another.
var reach = []string{"", "local", "blocked", "some", "open"}

// wider is the farther of two reaches.
func wider(a, b string) string { return reach[max(slices.Index(reach, a), slices.Index(reach, b))] }

// inOrder are sockets by their ports, so that hardly anything is left to sort where each has become a line of a report.
func inOrder(sockets []facts.PortUse) []*facts.PortUse {
	order := make([]*facts.PortUse, len(sockets))
	for i := range sockets {
		order[i] = &sockets[i]
	}
	slices.SortStableFunc(order, func(a, b *facts.PortUse) int {
		return cmp.Or(cmp.Compare(a.Ports.First, b.Ports.First), cmp.Compare(a.Protocol, b.Protocol))
	})
	return order
}

// sorted are the ports by number, protocol and holder.
func (l *listing) sorted() []report.ListedPort {
	slices.SortFunc(l.ports, func(a, b report.ListedPort) int {
		if a.Port != b.Port {
			return cmp.Compare(a.Port, b.Port)
		}
		return cmp.Or(cmp.Compare(a.Protocol, b.Protocol), cmp.Compare(a.Holder.Name, b.Holder.Name),
			cmp.Compare(a.Holder.PID, b.Holder.PID), cmp.Compare(a.Addresses[0], b.Addresses[0]))
	})
	return l.ports
}
