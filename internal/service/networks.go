package service

import (
	"cmp"
	"slices"
	"strings"

	"github.com/compose-spec/compose-go/v2/types"

	"github.com/safeport/safeport/internal/port"
)

// networks are those that a service's published ports have to do with, the one with the default route first as far as the
// file says; or why there are none. An empty list leaves it to the engine.
func (b *wantBuilder) networks(s types.ServiceConfig) ([]port.Network, port.Unbound) {
	switch mode := s.NetworkMode; {
	case mode == "none":
		return nil, port.NoNetwork
	case strings.HasPrefix(mode, "service:"), strings.HasPrefix(mode, "container:"):
		return nil, port.SharedNetwork
	case mode == "bridge" || mode == "default":
		return []port.Network{{Name: "bridge", External: true}}, 0
	case strings.ContainsAny(mode, ":$"), mode == "slirp4netns", mode == "pasta", mode == "private":
		return nil, 0 // Podman's own ways
	case mode != "":
		return []port.Network{{Name: mode, External: true}}, 0
	}
	names := s.Networks
	if len(names) == 0 {
		names = map[string]*types.ServiceNetworkConfig{"default": nil}
	}
	var list []port.Network
	for key, config := range names {
		n := b.network(key)
		if config != nil {
			n.Priority = config.GatewayPriority
		}
		list = append(list, n)
	}
	slices.SortFunc(list, func(x, y port.Network) int {
		return cmp.Or(cmp.Compare(y.Priority, x.Priority), cmp.Compare(x.Name, y.Name))
	})
	return list, 0
}

// network is one of the file's networks. The default one need not stand in it.
func (b *wantBuilder) network(key string) port.Network {
	c := b.project.Networks[key]
	n := port.Network{Name: c.Name, External: bool(c.External), Driver: c.Driver, Internal: c.Internal, Options: c.DriverOpts}
	n.IPv6 = c.EnableIPv6 != nil && *c.EnableIPv6
	if n.Name == "" && !n.External {
		n.Name = b.project.Name + "_" + key
	}
	n.Name = cmp.Or(n.Name, key)
	return n
}
