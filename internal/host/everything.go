package host

import (
	"context"
	"slices"
	"time"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/host/holder"
	"github.com/safeport/safeport/internal/host/sockets"
	"github.com/safeport/safeport/internal/port"
)

// Everything lists what has any port of the host, as [Survey.Who] does for some: listeners, sockets that are bound and idle,
// and rules. Of connections only the ports are counted, as there may be a hundred thousand. It returns the question that
// was answered, every port of each protocol.
func (s *Survey) Everything(ctx context.Context) []port.Requirement {
	all := port.Range{First: 1, Last: 65535}
	wants := []port.Requirement{{Protocol: port.TCP, Ports: all}, {Protocol: port.UDP, Ports: all}}
	s.finder = holder.Open(procRoot)
	s.finder.Begin()
	table := sockets.Open(procRoot)
	defer table.Close()
	start := time.Now()
	found, err := listeners(table, wants)
	if err == nil {
		var idle []facts.PortUse
		idle, err = table.Idle([]port.Range{all})
		found = append(found, idle...)
	}
	s.Sockets = slices.DeleteFunc(found, func(c facts.PortUse) bool { return c.State == facts.Connected })
	s.Taken = map[port.Protocol]*port.Set{}
	for _, w := range wants {
		if taken, takenErr := table.Taken(w.Protocol, all); takenErr == nil {
			s.Taken[w.Protocol] = taken
		} else if err == nil {
			err = takenErr
		}
	}
	s.noteTable(table, err, time.Since(start))
	s.Probes = make([]facts.Probe, len(wants))
	s.divert(wants)
	s.fill(ctx)
	return wants
}
