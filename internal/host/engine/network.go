package engine

import (
	"context"

	"github.com/moby/moby/client"
)

// NetworkIPv6 says whether a network has IPv6.
type NetworkIPv6 uint8

const (
	IPv6Unknown NetworkIPv6 = iota // the engine did not tell
	HasIPv6
	NoIPv6
)

// defaultIPv6 asks for the network that containers join which name none.
func defaultIPv6(ctx context.Context, api *client.Client, engine string) NetworkIPv6 {
	name := "bridge"
	if engine == "podman" {
		name = "podman"
	}
	is, err := api.NetworkInspect(ctx, name, client.NetworkInspectOptions{})
	switch {
	case err != nil:
		return IPv6Unknown
	case is.Network.EnableIPv6:
		return HasIPv6
	}
	return NoIPv6
}
