package systemd

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/godbus/dbus/v5"

	"github.com/safeport/safeport/internal/facts"
)

// sockets asks about the socket units that are loaded and those that start with the host.
func (b *bus) sockets(ctx context.Context, starting map[string]bool) (sockets []Socket, err error) {
	loaded, err := b.loaded(ctx, ".socket")
	if err != nil {
		return nil, err
	}
	asked := map[string]socketQuestions{}
	for _, name := range slices.Concat(loaded, slices.Collect(maps.Keys(starting))) {
		if _, already := asked[name]; !already {
			asked[name] = b.askSocket(ctx, name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(asked)) {
		claims, service, err := asked[name].answers()
		if err != nil {
			return nil, fmt.Errorf("asking systemd about %s: %w", name, err)
		}
		if len(claims) > 0 {
			sockets = append(sockets, b.manager.newSocket(name, service, starting[name], claims))
		}
	}
	return sockets, nil
}

// socketQuestions are all that is asked about a socket unit, at once.
type socketQuestions struct{ state, listen, v6, device, triggers *dbus.Call }

func (b *bus) askSocket(ctx context.Context, name string) socketQuestions {
	return socketQuestions{
		state:    b.question(ctx, name, "Unit", "LoadState"),
		listen:   b.question(ctx, name, "Socket", "Listen"),
		v6:       b.question(ctx, name, "Socket", "BindIPv6Only"),
		device:   b.question(ctx, name, "Socket", "BindToDevice"),
		triggers: b.question(ctx, name, "Unit", "Triggers"),
	}
}

// listening is one address of a socket unit, a(ss) on the bus.
type listening struct{ Kind, Address string }

// answers are the ports of a socket unit and the service that it starts.
func (q socketQuestions) answers() (claims []facts.PortUse, service string, err error) {
	state, stateErr := answer[string](q.state)
	addresses, listenErr := answer[[]listening](q.listen)
	onlyV6, v6Err := answer[string](q.v6)
	device, deviceErr := answer[string](q.device)
	triggers, triggersErr := answer[[]string](q.triggers)
	if err := errors.Join(stateErr, listenErr, v6Err, deviceErr, triggersErr); err != nil || state != "loaded" {
		return nil, "", err // "masked" and "not-found" are no units
	}
	for _, a := range addresses {
		if c, ok := listen(a.Kind, a.Address); ok {
			claims = append(claims, c)
		}
	}
	bindTo(claims, onlyV6, device)
	return claims, strings.Join(triggers, ""), nil
}
