package adopt

import (
	"slices"
	"strconv"
	"strings"

	"github.com/compose-spec/compose-go/v2/types"
	"github.com/moby/moby/api/types/container"

	"github.com/safeport/safeport/internal/release/engine"
)

func observedHost(found *types.ServiceConfig, h *container.HostConfig, d engine.Defaults) {
	found.Restart = string(h.RestartPolicy.Name)
	if found.Restart == "no" {
		found.Restart = "" // it cannot be told from a definition's that nobody chose
	} else if n := h.RestartPolicy.MaximumRetryCount; n > 0 {
		found.Restart += ":" + strconv.Itoa(n)
	}
	found.Privileged, found.ReadOnly, found.Init = h.Privileged, h.ReadonlyRootfs, h.Init
	if h.Runtime != d.Runtime {
		found.Runtime = h.Runtime
	}
	found.CapAdd, found.CapDrop, found.GroupAdd = capabilities(h.CapAdd), capabilities(h.CapDrop), h.GroupAdd
	if !h.Privileged { // which sets options by itself
		found.SecurityOpt = h.SecurityOpt
		if h.MaskedPaths != nil && len(h.MaskedPaths) == 0 {
			found.SecurityOpt = append(slices.Clone(h.SecurityOpt), "systempaths=unconfined") // as docker run turns it into paths
		}
	}
	found.Ipc, found.Pid, found.Uts = string(h.IpcMode), string(h.PidMode), string(h.UTSMode)
	found.UserNSMode, found.Cgroup = string(h.UsernsMode), string(h.CgroupnsMode)
	found.CgroupParent, found.Sysctls = h.CgroupParent, h.Sysctls
	for _, e := range h.ExtraHosts {
		if name, addr, ok := strings.Cut(e, ":"); ok {
			if found.ExtraHosts == nil {
				found.ExtraHosts = types.HostsList{}
			}
			found.ExtraHosts[name] = append(found.ExtraHosts[name], addr)
		}
	}
	for _, addr := range h.DNS {
		found.DNS = append(found.DNS, addr.String())
	}
	found.DNSSearch, found.DNSOpts, found.Annotations = h.DNSSearch, h.DNSOptions, h.Annotations
	for path, options := range h.Tmpfs {
		found.Tmpfs = append(found.Tmpfs, strings.TrimSuffix(path+":"+options, ":"))
	}
	slices.Sort(found.Tmpfs)
	if l := h.LogConfig; l.Type != d.LogDriver || len(l.Config) > 0 {
		found.Logging = &types.LoggingConfig{Driver: l.Type, Options: l.Config}
	}
	for _, d := range h.Devices {
		found.Devices = append(found.Devices, types.DeviceMapping{
			Source: d.PathOnHost, Target: d.PathInContainer, Permissions: d.CgroupPermissions,
		})
	}
	found.DeviceCgroupRules = h.DeviceCgroupRules
	observedRequests(found, h)
}

func observedLimits(found *types.ServiceConfig, h *container.HostConfig) {
	if h.ShmSize != defaultShm && !h.IpcMode.IsHost() {
		found.ShmSize = types.UnitBytes(h.ShmSize)
	}
	found.MemLimit, found.MemReservation = types.UnitBytes(h.Memory), types.UnitBytes(h.MemoryReservation)
	if h.MemorySwap != 2*h.Memory { // what the engine makes of a limit without one
		found.MemSwapLimit = types.UnitBytes(h.MemorySwap)
	}
	found.CPUS, found.CPUSet, found.CPUShares = float32(float64(h.NanoCPUs)/1e9), h.CpusetCpus, h.CPUShares
	found.CPUQuota, found.CPUPeriod = h.CPUQuota, h.CPUPeriod
	if h.PidsLimit != nil {
		found.PidsLimit = *h.PidsLimit
	}
	found.OomScoreAdj = int64(h.OomScoreAdj)
	if h.OomKillDisable != nil {
		found.OomKillDisable = *h.OomKillDisable
	}
	for _, u := range h.Ulimits {
		if found.Ulimits == nil {
			found.Ulimits = map[string]*types.UlimitsConfig{}
		}
		found.Ulimits[u.Name] = &types.UlimitsConfig{Soft: int(u.Soft), Hard: int(u.Hard)}
	}
}

// defaultShm is the size of /dev/shm that an engine gives when nobody asks for another: 64 MiB.
const defaultShm = 64 << 20

// capabilities are written in several ways, of which the engine has its own.
func capabilities(list []string) []string {
	var plain []string
	for _, c := range list {
		plain = append(plain, strings.TrimPrefix(strings.ToUpper(c), "CAP_"))
	}
	return plain
}
