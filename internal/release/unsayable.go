package release

import (
	"maps"
	"slices"
	"strings"

	"github.com/moby/moby/api/types/container"

	"safeport/internal/message"
)

// unsayable names what a Compose file has no words for, or these have not been tried.
func unsayable(h *container.HostConfig) (list message.Phrases) {
	for _, o := range []struct {
		name string
		set  bool
	}{
		{"--volumes-from", len(h.VolumesFrom) > 0}, {"--link", len(h.Links) > 0}, {"--rm", h.AutoRemove},
		{"--publish-all", h.PublishAllPorts}, {"--storage-opt", len(h.StorageOpt) > 0},
		{"--cpuset-mems", h.CpusetMems != ""}, {"--cpu-rt-runtime", h.CPURealtimeRuntime != 0},
		{"--memory-swappiness", h.MemorySwappiness != nil && *h.MemorySwappiness >= 0},
		{"--device-read-bps", len(h.BlkioDeviceReadBps)+len(h.BlkioDeviceWriteBps)+len(h.BlkioDeviceReadIOps)+
			len(h.BlkioDeviceWriteIOps)+len(h.BlkioWeightDevice) > 0},
		{"--blkio-weight", h.BlkioWeight != 0}, {"--cidfile", h.ContainerIDFile != ""},
	} {
		if o.set {
			list = append(list, message.Say("%s", o.name))
		}
	}
	for _, r := range h.DeviceRequests {
		if len(r.Capabilities) > 1 {
			list = append(list, message.Say("a choice among several kinds of devices"))
		}
	}
	for to, bindings := range h.PortBindings {
		for _, b := range bindings {
			if b.HostPort == "" || b.HostPort == "0" {
				list = append(list, message.Say("a port for %s that the engine picks anew at every start", to))
			}
		}
	}
	return list
}

// besideBridge names the networks that somebody has joined to a container on the engine's own network: a Compose file has
// the one or the others.
func besideBridge(c container.InspectResponse) (list message.Phrases) {
	mode := c.HostConfig.NetworkMode
	if c.NetworkSettings == nil || !mode.IsDefault() && !mode.IsBridge() {
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(c.NetworkSettings.Networks)) {
		if name != "bridge" && name != "podman" {
			list = append(list, message.Say("the network %s beside the engine's own (docker network disconnect %s %s)", name, name, strings.TrimPrefix(c.Name, "/")))
		}
	}
	return list
}
