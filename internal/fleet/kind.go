package fleet

import (
	"fmt"
	"net/netip"
	"slices"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/report"
)

// maxFleetPorts bounds what a page can show side by side.
const maxFleetPorts = 500

func (m *merger) kindOf(r *report.Report) (*kind, error) {
	if len(r.Ports) > maxFleetPorts || len(r.Findings) > maxFleetPorts {
		return nil, message.Errorf("it has %d ports and %d findings; the limit is %d", len(r.Ports), len(r.Findings), maxFleetPorts)
	}
	k := &kind{answers: []report.FleetAnswer{}, causes: []int{}}
	columns := map[string]int{} // by the port's name
	for _, p := range r.Ports {
		column, err := m.column(p)
		if err != nil {
			return nil, err
		}
		columns[p.Name] = column
		k.answers = append(k.answers, report.FleetAnswer{Port: column, Verdict: answerOf(p.Verdict)})
	}
	for _, f := range r.Findings {
		if f.Severity == report.Error || f.Severity == report.Warning {
			k.causes = append(k.causes, m.cause(r, f, columns))
		}
	}
	if v := m.verdict(r); (v == report.Unknown || v == report.Blocked) && !slices.ContainsFunc(k.causes, func(i int) bool { return m.fleet.Causes[i].Verdict == v }) {
		k.causes = append(k.causes, m.plain(causeKey{severity: report.Error, port: -1, verdict: v}, m.opt.Language.Text(message.FleetUntold, nil)))
	}
	slices.Sort(k.causes)
	k.causes = slices.Compact(k.causes)
	k.spares = readSpares(r)
	return m.same(k), nil
}

// same is the kind that is kept already, if there is one.
func (m *merger) same(k *kind) *kind {
	key := fmt.Sprint(k.answers, k.causes, k.spares)
	if kept := m.kinds[key]; kept != nil {
		return kept
	}
	m.kinds[key] = k
	return k
}

// column is the place of a port among those of the fleet. What it says of itself goes on pages, so it must be a port.
func (m *merger) column(p report.Port) (int, error) {
	if _, err := port.ParseRange(p.Ports); err != nil {
		return 0, err
	}
	if _, err := port.ParseProtocol(p.Protocol); err != nil {
		return 0, err
	}
	if _, err := netip.ParseAddr(p.Address); err != nil && p.Address != "" {
		return 0, message.Errorf("%q is not an address", message.Clean(p.Address))
	}
	c := report.FleetPort{
		Label: p.Label(), Protocol: p.Protocol, Address: p.Address, Ports: p.Ports,
		Service: message.Clean(p.Service), Name: message.Clean(p.Name), About: message.Clean(p.About),
	}
	key := c.Label + "\x00" + c.Service + "\x00" + c.Name
	if i, ok := m.ports[key]; ok {
		return i, nil
	}
	if len(m.ports) == maxFleetPorts {
		return 0, message.Errorf("it requires more ports than the limit of %d", maxFleetPorts)
	}
	m.ports[key] = len(m.fleet.Ports)
	m.fleet.Ports = append(m.fleet.Ports, c)
	return m.ports[key], nil
}

func answerOf(v report.PortVerdict) report.PortVerdict {
	switch v {
	case report.PortFree, report.PortOwn, report.PortBusy, report.PortRedirected, report.PortDenied, report.PortUnavailable:
		return v
	}
	return report.PortUnknown
}
