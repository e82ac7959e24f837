package host

import (
	"context"
	"os"
	"slices"
	"strconv"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/host/feature"
	"github.com/safeport/safeport/internal/host/holder"
	"github.com/safeport/safeport/internal/host/systemd"
	"github.com/safeport/safeport/internal/port"
)

// askControl asks the systemds of the units that have sockets what becomes of the ports when the units are stopped. Units of
// containers are left out: their systemd is spoken to by who has the container.
func (s *Survey) askControl(ctx context.Context) {
	const most = 16 // units: an answer about more is read by nobody
	type unit struct {
		name string
		user bool
		uid  uint32
		pid  int
	}
	asked := map[unit]*facts.Control{}
	self := holder.GroupOf(procRoot, os.Getpid())
	for i := range s.Sockets {
		c := &s.Sockets[i]
		if c.Unit == "" || c.Machine.Kind != facts.NoMachine || c.Owner.ID != "" || !s.units.system.Runs() {
			continue
		}
		u := unit{name: c.Unit, user: c.UserUnit, uid: c.UnitUID}
		if c.Process != nil {
			u.pid = c.Process.PID
		}
		if _, known := asked[u]; !known && len(asked) < most {
			// Where it cannot be asked, what is said of it is what holds for most units.
			asked[u], _ = s.managerOf(c).Control(ctx, c.Unit, u.pid, socketed(c)...)
			if k := asked[u]; k != nil && c.Process != nil && c.Socket != nil {
				k.Alone = holder.Alone(procRoot, c.Process.Cgroup, c.Socket.Inode)
				k.Self = self.Unit == c.Unit && self.UserUnit == c.UserUnit && self.UID == c.UnitUID
			}
		}
		c.Control = asked[u]
	}
}

// findFeatures says what daemons that the host lives on have their ports for. Those of containers are left out: the command that
// would speak to them is in the container.
func (s *Survey) findFeatures(ctx context.Context) {
	finder := feature.Open(procRoot)
	for i := range s.Sockets {
		c := &s.Sockets[i]
		serves := c.State == facts.Listening || c.Protocol == port.UDP
		if serves && c.Process != nil && c.Owner.ID == "" && c.Machine.Kind == facts.NoMachine {
			c.Feature = finder.Of(ctx, *c.Process, c.Protocol, c.Ports.First)
		}
	}
}

// socketed is the socket unit of a service's socket, where it has one.
func socketed(c *facts.PortUse) []string {
	return slices.DeleteFunc([]string{c.Socketed}, func(name string) bool { return name == "" })
}

// managerOf is the systemd that has a port use's unit.
func (s *Survey) managerOf(c *facts.PortUse) *systemd.Manager {
	if !c.UserUnit {
		return s.units.system
	}
	return systemd.User("/", "/nonexistent", "run/user/"+strconv.FormatUint(uint64(c.UnitUID), 10))
}
