package dockerrun

import (
	"fmt"
	"maps"
	"net"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/compose-spec/compose-go/v2/types"

	"github.com/safeport/safeport/internal/mask"
	"github.com/safeport/safeport/internal/release/adopt"
)

// runFlags writes a service's options as docker run takes them.
type runFlags struct {
	words  []string
	clear  bool // secrets are shown
	unsaid []string
}

func (f *runFlags) text(flag, value string) {
	if value != "" {
		f.words = append(f.words, flag, value)
	}
}

func (f *runFlags) each(flag string, values []string) {
	for _, v := range values {
		f.words = append(f.words, flag, v)
	}
}

func (f *runFlags) number(flag string, value int64) {
	if value != 0 {
		f.words = append(f.words, flag, strconv.FormatInt(value, 10))
	}
}

func (f *runFlags) on(flag string, set bool) {
	if set {
		f.words = append(f.words, flag)
	}
}

// pairs are variables and the like; the values of secrets are nobody's business.
func (f *runFlags) pairs(flag string, values map[string]string) {
	for _, name := range slices.Sorted(maps.Keys(values)) {
		shown := name + "=" + values[name]
		if !f.clear {
			shown = mask.Variable(name, values[name])
		}
		f.words = append(f.words, flag, shown)
	}
}

func (f *runFlags) network(flag, alias, name, service string, n *types.ServiceNetworkConfig) {
	if flag != "" {
		f.text(flag, name)
	}
	f.text(alias, service)
	if n != nil {
		f.each(alias, n.Aliases)
		f.text("--ip", n.Ipv4Address)
		f.text("--ip6", n.Ipv6Address)
	}
}

// service writes all options. What has no word is named, whatever Compose may learn besides: every field is looked at.
func (f *runFlags) service(p *types.Project, s types.ServiceConfig, instance string) {
	reserved := adopt.Requests(&s)
	s = adopt.Plain(s)
	f.text("--restart", restartOf(s))
	f.text("--hostname", s.Hostname)
	f.text("--domainname", s.DomainName)
	f.text("--user", s.User)
	f.text("--workdir", s.WorkingDir)
	f.text("--platform", s.Platform)
	f.text("--runtime", s.Runtime)
	f.text("--stop-signal", s.StopSignal)
	if s.StopGracePeriod != nil {
		f.number("--stop-timeout", int64(time.Duration(*s.StopGracePeriod).Round(time.Second)/time.Second))
	}
	f.on("--interactive", s.StdinOpen)
	f.on("--tty", s.Tty)
	f.environment(s)
	f.pairs("--label", s.Labels)
	for _, port := range s.Ports {
		f.text("--publish", published(port))
	}
	f.each("--expose", s.Expose)
	for _, v := range s.Volumes {
		f.volume(p, v, instance)
	}
	f.each("--tmpfs", s.Tmpfs)
	f.isolation(s)
	f.limits(s)
	f.devices(s, reserved)
	f.health(s.HealthCheck)
	if s.Logging != nil {
		f.text("--log-driver", s.Logging.Driver)
		f.pairs("--log-opt", s.Logging.Options)
	}
	if len(s.Entrypoint) > 0 {
		f.text("--entrypoint", s.Entrypoint[0])
	}
	f.rest(s)
}

func (f *runFlags) environment(s types.ServiceConfig) {
	given := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(s.Environment)) {
		if value := s.Environment[name]; value != nil {
			given[name] = *value
		} else {
			f.text("--env", name)
		}
	}
	f.pairs("--env", given)
}

func (f *runFlags) health(h *types.HealthCheckConfig) {
	switch {
	case h == nil:
		return
	case h.Disable, len(h.Test) > 0 && h.Test[0] == "NONE":
		f.on("--no-healthcheck", true)
		return
	case len(h.Test) == 2 && h.Test[0] == "CMD-SHELL":
		f.text("--health-cmd", h.Test[1])
	case len(h.Test) > 0:
		f.unsaid = append(f.unsaid, "healthcheck.test")
	}
	for flag, d := range map[string]*types.Duration{
		"--health-interval": h.Interval, "--health-timeout": h.Timeout, "--health-start-period": h.StartPeriod,
	} {
		if d != nil {
			f.text(flag, d.String())
		}
	}
	if h.Retries != nil {
		f.number("--health-retries", int64(*h.Retries))
	}
}

// said are the fields of a service that are written above, or that are no options of a container.
var said = strings.Fields(`Name Profiles Deploy Restart Attach ContainerName DependsOn Extensions Image Labels CustomLabels PullPolicy
	Environment EnvFiles LabelFiles Ports Expose Volumes Tmpfs NetworkMode Networks Command Entrypoint Hostname DomainName User
	WorkingDir Platform Runtime StopSignal StopGracePeriod StdinOpen Tty Privileged ReadOnly Init CapAdd CapDrop SecurityOpt
	GroupAdd Ipc Pid Uts UserNSMode Cgroup CgroupParent Sysctls StorageOpt Annotations ExtraHosts DNS DNSSearch DNSOpts ShmSize
	MemLimit MemReservation MemSwapLimit CPUS CPUSet CPUShares CPUQuota CPUPeriod PidsLimit OomScoreAdj OomKillDisable Ulimits
	Devices DeviceCgroupRules Gpus HealthCheck Logging`)

// rest names the options that have not been written.
func (f *runFlags) rest(s types.ServiceConfig) {
	v := reflect.ValueOf(s)
	for _, field := range reflect.VisibleFields(v.Type()) {
		if !field.Anonymous && !slices.Contains(said, field.Name) && !v.FieldByIndex(field.Index).IsZero() {
			key, _, _ := strings.Cut(field.Tag.Get("yaml"), ",")
			f.unsaid = append(f.unsaid, key)
		}
	}
}

func published(p types.ServicePortConfig) string {
	text := strconv.FormatUint(uint64(p.Target), 10)
	switch {
	case p.HostIP != "":
		text = net.JoinHostPort(p.HostIP, p.Published) + ":" + text
	case p.Published != "":
		text = p.Published + ":" + text
	}
	if p.Protocol != "" && p.Protocol != "tcp" {
		text += "/" + p.Protocol
	}
	return text
}

func restartOf(s types.ServiceConfig) string {
	if s.Deploy == nil || s.Deploy.RestartPolicy == nil {
		return s.Restart
	}
	switch policy := s.Deploy.RestartPolicy; {
	case policy.Condition == "none":
		return "no"
	case policy.Condition == "any":
		return "always"
	case policy.MaxAttempts != nil:
		return fmt.Sprintf("%s:%d", policy.Condition, *policy.MaxAttempts)
	default:
		return policy.Condition
	}
}
