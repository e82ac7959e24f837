package service

import (
	"strings"

	"github.com/safeport/safeport/internal/port"
)

// networks are those that a part's published ports have to do with, the one with the default route first as far as the file
// says; or why there are none. An empty list leaves it to the engine.
func (p *Part) networks() ([]port.Network, port.Unbound) {
	switch mode := p.NetworkMode; {
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
	return p.Networks, 0
}
