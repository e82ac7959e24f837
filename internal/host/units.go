package host

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/host/systemd"
)

// readUnits finds the units that take ports: now, through systemd itself, or when the host starts, users' own too. A host
// that systemd does not run has none.
func readUnits(ctx context.Context, rootsPorts int) (u units, source Source) {
	u = units{system: systemd.System("/"), sockets: map[int][]systemd.Socket{}}
	if !u.system.Runs() {
		return u, Source{}
	}
	start := time.Now()
	sockets, err := u.system.Sockets(ctx)
	u.sockets[1] = sockets
	for _, socket := range sockets {
		if socket.Starts {
			u.enabled = append(u.enabled, socket.Listens...)
		}
	}
	services, servicesErr := u.system.Services()
	users, usersErr := systemd.Lingering(ctx, "/", rootsPorts)
	u.enabled = slices.Concat(u.enabled, services, users)
	source = Source{Name: "systemd", Err: errors.Join(err, servicesErr, usersErr), Took: time.Since(start)}
	if source.Err != nil {
		source.Blind = "units that start with the host"
	}
	return u, source
}

// Binder is who a name stands for, a unit or a user, and with which rights he binds ports. The error wraps [fs.ErrNotExist]
// when the host has none of the name.
func (s *Survey) Binder(ctx context.Context, name string) (*facts.Binder, error) {
	if strings.HasSuffix(name, ".service") {
		b, cgroup, err := s.units.system.Binder(ctx, name)
		if err == nil {
			b.Hooks = hooksOf(cgroup)
		}
		return b, err
	}
	return systemd.UserBinder(name)
}

// nameUnits puts the socket unit in the place of the systemd that listens for it: to end that is nobody's way out. Where a
// service has the socket by now, the unit stands beside it, as it keeps the port when the service has ended.
func (s *Survey) nameUnits(ctx context.Context) {
	for i := range s.Sockets {
		c := &s.Sockets[i]
		if c.Systemd == 0 {
			continue
		}
		sockets := s.socketsOf(ctx, c.Systemd)
		at := slices.IndexFunc(sockets, func(u systemd.Socket) bool { return u.Has(*c) })
		switch {
		case at < 0:
		case c.Process == nil || c.Process.PID == c.Systemd:
			c.Process, c.Unit, c.UserUnit, c.UnitUID = nil, sockets[at].Name, sockets[at].User, c.Socket.UID
		default:
			c.Socketed = sockets[at].Name
		}
	}
}

// socketsOf are the socket units of a systemd, which may be that of a container or of a user.
func (s *Survey) socketsOf(ctx context.Context, pid int) []systemd.Socket {
	if _, known := s.units.sockets[pid]; !known {
		// What cannot be read leaves the holder what it was: a process that is called systemd.
		s.units.sockets[pid], _ = systemd.Of(procRoot, pid).Sockets(ctx)
	}
	return s.units.sockets[pid]
}
