package check

import (
	"context"
	"errors"
	"io/fs"
	"slices"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/host"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/port"
)

// binder is who binds the ports that were given; nil is the one who asks.
func binder(ctx context.Context, as string, s *host.Survey) (*facts.Binder, error) {
	if as == "" {
		return nil, nil
	}
	b, err := s.Binder(ctx, as)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, message.Errorf("--as: no user or unit %q on this host: units end in .service", as)
	}
	return b, err
}

// binds says whether a claim is of the very unit that is to bind the port.
func binds(b *facts.Binder, w port.Requirement, c facts.PortUse) bool {
	return b != nil && w.Service == "" && w.Mode == port.Bind && !c.UserUnit && c.Machine.Kind == facts.NoMachine && c.Owner.ID == "" && slices.Contains(b.Units, c.Unit)
}
