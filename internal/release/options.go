package release

import (
	"reflect"

	"github.com/compose-spec/compose-go/v2/types"
)

// carryOptions keeps the options that a container was found with and that the definition did not give it. A list is kept
// whole: its order may matter.
func carryOptions(made, found, old *types.ServiceConfig) {
	for _, name := range carriedOptions {
		f, o := field(found, name), field(old, name)
		if !f.IsZero() && !reflect.DeepEqual(f.Interface(), o.Interface()) {
			field(made, name).Set(f)
		}
	}
}

// carriedOptions are the fields of a service that observed reads off a container.
var carriedOptions = []string{
	"Restart", "Privileged", "Runtime", "Devices", "DeviceCgroupRules", "CapAdd", "CapDrop", "SecurityOpt", "GroupAdd",
	"Ipc", "Pid", "Uts", "UserNSMode", "Cgroup", "CgroupParent", "Sysctls", "Ulimits", "ShmSize", "Tmpfs", "ReadOnly", "Init",
	"MemLimit", "MemReservation", "MemSwapLimit", "CPUS", "CPUSet", "CPUShares", "CPUQuota", "CPUPeriod", "PidsLimit",
	"OomScoreAdj", "OomKillDisable", "ExtraHosts", "DNS", "DNSSearch", "DNSOpts", "Logging", "StopSignal", "StopGracePeriod",
	"User", "WorkingDir", "Hostname", "DomainName", "HealthCheck", "StdinOpen", "Tty", "Annotations", "NetworkMode",
}

func field(s *types.ServiceConfig, name string) reflect.Value {
	return reflect.ValueOf(s).Elem().FieldByName(name)
}
