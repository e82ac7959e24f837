package port

import (
	"slices"
	"strings"
)

// inner are the beginnings of names of devices that lead to containers and virtual machines, or into a tunnel.
var inner = []string{
	"docker", "br-", "veth", "virbr", "lxc", "lxdbr", "incusbr", "cni", "podman", "tailscale", "wg", "tun", "tap", "flannel", "cali", "kube-",
}

// LeadsInside says whether a device has the name that engines, hypervisors and tunnels give to theirs: a service for other hosts is
// not meant to be there alone.
func LeadsInside(device string) bool {
	return slices.ContainsFunc(inner, func(start string) bool { return strings.HasPrefix(device, start) })
}
