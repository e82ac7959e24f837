package adopt

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/compose-spec/compose-go/v2/types"
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/api/types/network"

	"github.com/safeport/safeport/internal/message"
)

// unsupported names what a container has and a new one would not get: what a Compose file has no words for, or these have
// not been tried. Every option that an engine tells is carried over, or named here, before anything is made. What the
// definition itself gives a container, it gives the new one too.
func unsupported(c container.InspectResponse, defined *types.ServiceConfig) (list message.Phrases, err error) {
	t := traits{}
	if err := t.options(c.HostConfig); err != nil {
		return nil, err
	}
	options := slices.SortedFunc(maps.Keys(t), func(a, b Trait) int { return strings.Compare(a.Name, b.Name) })
	for _, o := range options {
		word, known := strange[o.Name]
		switch {
		case carries(o.Name), slices.Contains(madeByEngine, o.Name), empty(chosen(t[o])):
		case known && word.field != "" && !Field(defined, word.field).IsZero():
		case o.Name == "MemorySwappiness" && *c.HostConfig.MemorySwappiness < 0: // what nobody has chosen, as older engines tell it
		case known:
			list = append(list, message.Say("%s", word.flag))
		default:
			list = append(list, message.Say("%s", o.Name))
		}
	}
	for _, o := range c.HostConfig.SecurityOpt {
		if profile, ok := strings.CutPrefix(o, "seccomp="); ok && profile != "unconfined" && profile != "builtin" && len(defined.SecurityOpt) == 0 {
			list = append(list, message.Say("%s", "--security-opt seccomp=FILE")) // whose text is kept, and not its name
		}
	}
	for _, r := range c.HostConfig.DeviceRequests {
		if len(r.Capabilities) > 1 {
			list = append(list, message.Say("a choice among several kinds of devices"))
		}
	}
	for to, bindings := range c.HostConfig.PortBindings {
		for _, b := range bindings {
			if b.HostPort == "" || b.HostPort == "0" {
				if slices.ContainsFunc(defined.Ports, func(p types.ServicePortConfig) bool { return picked(p, to) }) {
					continue
				}
				list = append(list, message.Say("a port for %s that the engine chooses at every start", to))
			}
		}
	}
	return append(list, besideBridge(c)...), nil
}

// madeByEngine are options that an engine fills in by itself.
var madeByEngine = []string{"MaskedPaths", "ReadonlyPaths"}

// strange are the options that are not carried over, as docker run calls them, and the field of a service that may have
// given them.
var strange = map[string]struct{ flag, field string }{
	"VolumesFrom": {"--volumes-from", "VolumesFrom"}, "Links": {"--link", "Links"}, "AutoRemove": {"--rm", ""},
	"PublishAllPorts": {"--publish-all", ""}, "StorageOpt": {"--storage-opt", "StorageOpt"}, "VolumeDriver": {"--volume-driver", "VolumeDriver"},
	"CpusetMems": {"--cpuset-mems", ""}, "CpuRealtimeRuntime": {"--cpu-rt-runtime", "CPURTRuntime"},
	"CpuRealtimePeriod": {"--cpu-rt-period", "CPURTPeriod"}, "MemorySwappiness": {"--memory-swappiness", "MemSwappiness"},
	"BlkioWeight": {"--blkio-weight", "BlkioConfig"}, "BlkioWeightDevice": {"--blkio-weight-device", "BlkioConfig"},
	"BlkioDeviceReadBps": {"--device-read-bps", "BlkioConfig"}, "BlkioDeviceWriteBps": {"--device-write-bps", "BlkioConfig"},
	"BlkioDeviceReadIOps": {"--device-read-iops", "BlkioConfig"}, "BlkioDeviceWriteIOps": {"--device-write-iops", "BlkioConfig"},
	"ContainerIDFile": {"--cidfile", ""}, "CpuCount": {"CpuCount", "CPUCount"}, "CpuPercent": {"CpuPercent", "CPUPercent"},
	"Isolation": {"--isolation", "Isolation"},
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
			list = append(list, message.Say("the additional network %s (docker network disconnect %s %s)", name, name, strings.TrimPrefix(c.Name, "/")))
		}
	}
	return list
}

// picked says whether a port of a definition is that of a container, with the host's side left to the engine.
func picked(p types.ServicePortConfig, to network.Port) bool {
	return (p.Published == "" || p.Published == "0") && p.Target == uint32(to.Num()) && cmp.Or(p.Protocol, "tcp") == string(to.Proto())
}
