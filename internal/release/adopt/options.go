package adopt

import (
	"reflect"
	"slices"
	"strings"

	"github.com/compose-spec/compose-go/v2/types"
)

// carryOptions keeps the options that a container was found with and that the definition did not give it. A list is kept
// whole: its order may matter.
func carryOptions(made, found, old *types.ServiceConfig) {
	for _, o := range CarriedOptions {
		f, before := Field(found, o.Field), Field(old, o.Field)
		if !f.IsZero() && !reflect.DeepEqual(f.Interface(), before.Interface()) {
			Field(made, o.Field).Set(f)
		}
	}
}

// CarriedOption is a field of a service that observed reads off a container, and what the engine calls it: several names,
// where it makes more of it.
type CarriedOption struct{ Field, Engine string }

var CarriedOptions = []CarriedOption{
	{"Restart", "RestartPolicy"}, {"Privileged", "Privileged SecurityOpt MaskedPaths ReadonlyPaths"}, {"Runtime", "Runtime"},
	{"Devices", "Devices DeviceRequests"}, {"DeviceCgroupRules", "DeviceCgroupRules"}, {"CapAdd", "CapAdd"}, {"CapDrop", "CapDrop"},
	{"SecurityOpt", "SecurityOpt MaskedPaths ReadonlyPaths"}, {"GroupAdd", "GroupAdd"}, {"Ipc", "IpcMode"}, {"Pid", "PidMode"},
	{"Uts", "UTSMode"}, {"UserNSMode", "UsernsMode"}, {"Cgroup", "CgroupnsMode"}, {"CgroupParent", "CgroupParent"},
	{"Sysctls", "Sysctls"}, {"Ulimits", "Ulimits"}, {"ShmSize", "ShmSize"}, {"Tmpfs", "Tmpfs"}, {"ReadOnly", "ReadonlyRootfs"},
	{"Init", "Init"}, {"MemLimit", "Memory MemorySwap"}, {"MemReservation", "MemoryReservation"}, {"MemSwapLimit", "MemorySwap"},
	{"CPUS", "NanoCpus"}, {"CPUSet", "CpusetCpus"}, {"CPUShares", "CpuShares"}, {"CPUQuota", "CpuQuota"}, {"CPUPeriod", "CpuPeriod"},
	{"PidsLimit", "PidsLimit"}, {"OomScoreAdj", "OomScoreAdj"}, {"OomKillDisable", "OomKillDisable"}, {"ExtraHosts", "ExtraHosts"},
	{"DNS", "Dns"}, {"DNSSearch", "DnsSearch"}, {"DNSOpts", "DnsOptions"}, {"Logging", "LogConfig"}, {"StopSignal", "StopSignal"},
	{"StopGracePeriod", "StopTimeout"}, {"User", "User"}, {"WorkingDir", "WorkingDir"}, {"Hostname", "Hostname"},
	{"DomainName", "Domainname"}, {"StdinOpen", "OpenStdin"}, {"Tty", "Tty"}, {"Annotations", "Annotations"},
	{"HealthCheck", "Healthcheck.Test Healthcheck.Interval Healthcheck.Timeout Healthcheck.StartPeriod Healthcheck.StartInterval Healthcheck.Retries"},
	{"NetworkMode", "NetworkMode Networks Hostname"},
}

// carries says whether an engine's option is carried over.
func carries(engine string) bool {
	return slices.ContainsFunc(CarriedOptions, func(o CarriedOption) bool {
		return slices.Contains(strings.Fields(o.Engine), engine)
	})
}

func Field(s *types.ServiceConfig, name string) reflect.Value {
	return reflect.ValueOf(s).Elem().FieldByName(name)
}
