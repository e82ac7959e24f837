package dockerrun

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/compose-spec/compose-go/v2/types"
)

func (f *runFlags) isolation(s types.ServiceConfig) {
	f.on("--privileged", s.Privileged)
	f.on("--read-only", s.ReadOnly)
	f.on("--init", s.Init != nil && *s.Init)
	f.each("--cap-add", s.CapAdd)
	f.each("--cap-drop", s.CapDrop)
	f.each("--security-opt", s.SecurityOpt)
	f.each("--group-add", s.GroupAdd)
	f.text("--ipc", s.Ipc)
	f.text("--pid", s.Pid)
	f.text("--uts", s.Uts)
	f.text("--userns", s.UserNSMode)
	f.text("--cgroupns", s.Cgroup)
	f.text("--cgroup-parent", s.CgroupParent)
	f.pairs("--sysctl", s.Sysctls)
	f.pairs("--storage-opt", s.StorageOpt)
	f.pairs("--annotation", s.Annotations)
	f.each("--add-host", s.ExtraHosts.AsList(":"))
	f.each("--dns", s.DNS)
	f.each("--dns-search", s.DNSSearch)
	f.each("--dns-option", s.DNSOpts)
}

func (f *runFlags) limits(s types.ServiceConfig) {
	f.number("--shm-size", int64(s.ShmSize))
	f.number("--memory", int64(s.MemLimit))
	f.number("--memory-reservation", int64(s.MemReservation))
	f.number("--memory-swap", int64(s.MemSwapLimit))
	if s.CPUS != 0 {
		f.text("--cpus", strconv.FormatFloat(float64(s.CPUS), 'g', -1, 32))
	}
	f.text("--cpuset-cpus", s.CPUSet)
	f.number("--cpu-shares", s.CPUShares)
	f.number("--cpu-quota", s.CPUQuota)
	f.number("--cpu-period", s.CPUPeriod)
	f.number("--pids-limit", s.PidsLimit)
	f.number("--oom-score-adj", s.OomScoreAdj)
	f.on("--oom-kill-disable", s.OomKillDisable)
	for _, name := range slices.Sorted(maps.Keys(s.Ulimits)) {
		u := s.Ulimits[name]
		f.text("--ulimit", fmt.Sprintf("%s=%d:%d", name, u.Soft, u.Hard))
	}
}

// devices writes requests as --gpus takes them, which adds the capability "gpu" by itself.
func (f *runFlags) devices(s types.ServiceConfig, reserved []types.DeviceRequest) {
	for _, d := range s.Devices {
		text := d.Source
		if d.Target != d.Source {
			text += ":" + d.Target
		}
		if d.Permissions != "" && d.Permissions != "rwm" {
			text += ":" + d.Permissions
		}
		f.text("--device", text)
	}
	f.each("--device-cgroup-rule", s.DeviceCgroupRules)
	for _, r := range reserved {
		i := slices.Index(r.Capabilities, "gpu")
		if i < 0 {
			f.unsaid = append(f.unsaid, "deploy.resources.reservations.devices")
			continue
		}
		var parts []string
		add := func(key, value string) {
			if value != "" {
				parts = append(parts, key+"="+value)
			}
		}
		add("driver", r.Driver)
		switch {
		case r.Count == -1:
			add("count", "all")
		case r.Count > 0:
			add("count", strconv.FormatInt(int64(r.Count), 10))
		}
		add("device", strings.Join(r.IDs, ","))
		add("capabilities", strings.Join(slices.Delete(slices.Clone(r.Capabilities), i, i+1), ","))
		var options []string
		for _, name := range slices.Sorted(maps.Keys(r.Options)) {
			options = append(options, name+"="+r.Options[name])
		}
		add("options", strings.Join(options, ","))
		f.text("--gpus", joined(parts))
	}
}
