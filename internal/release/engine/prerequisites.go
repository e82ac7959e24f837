package engine

import (
	"context"
	"maps"
	"slices"

	"github.com/compose-spec/compose-go/v2/types"
	cerrdefs "github.com/containerd/errdefs"
	"github.com/moby/moby/client"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/release/journal"
)

// Prerequisites refuses a project for which something is not there that only its user can make: volumes and networks that
// are declared external, and images that are to be built. It is asked first, when nothing has been changed and nobody has
// waited for anything.
func (e *Engine) Prerequisites(ctx context.Context, p *types.Project) error {
	if _, err := e.MissingVolumes(ctx, p); err != nil {
		return err
	}
	for _, key := range slices.Sorted(maps.Keys(p.Networks)) {
		if n := p.Networks[key]; bool(n.External) {
			if _, err := e.hasNetwork(ctx, n); err != nil {
				return err
			}
		}
	}
	for _, name := range p.ServiceNames() {
		s := p.Services[name]
		if s.Build == nil {
			continue
		}
		there, err := e.hasImage(ctx, s.Image)
		if err != nil {
			return err
		}
		if !there {
			return &journal.RefusedError{
				Reason: message.Say("service %s must be built: its image %s isn't on this host", name, s.Image),
				Hint:   message.Say("build it first: %s compose build %s", e.Command, message.Quote(name)),
			}
		}
	}
	return nil
}

// HasNetwork says whether there is a network of that name or id.
func (e *Engine) HasNetwork(ctx context.Context, name string) (bool, error) {
	found, err := e.Api.NetworkInspect(ctx, name, client.NetworkInspectOptions{})
	if err != nil && !cerrdefs.IsNotFound(err) {
		return false, message.Errorf("looking for network %s: %w", name, err)
	}
	return err == nil && (found.Network.Name == name || found.Network.ID == name), nil
}

// hasNetwork says whether a network is there. One that is declared external must be.
func (e *Engine) hasNetwork(ctx context.Context, n types.NetworkConfig) (bool, error) {
	there, err := e.HasNetwork(ctx, n.Name)
	if err == nil && !there && bool(n.External) {
		return false, &journal.RefusedError{
			Reason: message.Say("network %s is external and doesn't exist: create it first", n.Name),
			Hint:   message.Say("%s", e.Command+" network create "+message.Quote(n.Name)),
		}
	}
	return there, err
}
