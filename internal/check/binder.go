package check

import (
	"context"
	"errors"
	"io/fs"
	"os/user"
	"slices"
	"strconv"
	"strings"

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
		if strings.HasSuffix(as, ".service") {
			return nil, message.Errorf("--as: no unit %q on this host", as)
		}
		return nil, message.Errorf("--as: no user %q on this host: the name of a unit ends in .service", as)
	}
	return b, err
}

// nobodyElse is a user that no program runs as: one that systemd is still to make up (DynamicUser=) shares with nobody.
const nobodyElse = 1<<32 - 2

// sharedBy has the ports that are shared bound as the binder's user does: with TCP they are shared among the programs of one user.
func sharedBy(b *facts.Binder, wants []port.Requirement) []port.Requirement {
	if b == nil || !slices.ContainsFunc(wants, func(w port.Requirement) bool { return w.Shared }) {
		return wants
	}
	uid := nobodyElse
	if account, err := user.Lookup(b.User); err == nil {
		uid, _ = strconv.Atoi(account.Uid)
	} else if n, err := strconv.Atoi(b.User); err == nil {
		uid = n
	}
	wants = slices.Clone(wants)
	for i := range wants {
		wants[i].UID = uid
	}
	return wants
}

// binds says whether a port use is of the very unit that is to bind the port.
func binds(b *facts.Binder, w port.Requirement, c facts.PortUse) bool {
	return b != nil && w.Service == "" && w.Mode == port.Bind && !c.UserUnit && c.Machine.Kind == facts.NoMachine && c.Owner.ID == "" && slices.Contains(b.Units, c.Unit)
}
