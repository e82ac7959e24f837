package adopt

import (
	"cmp"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/compose-spec/compose-go/v2/types"
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/api/types/mount"

	"github.com/safeport/safeport/internal/release/engine"
)

// Observed reads a container as the service of a Compose file that would make it, less what its image gives by itself: a
// newer image may give something else.
func Observed(s engine.Serving) (found types.ServiceConfig) {
	c, h := s.Inspect.Config, s.Inspect.HostConfig
	found.Environment = types.MappingWithEquals{}
	for _, e := range c.Env {
		if name, value, _ := strings.Cut(e, "="); !slices.Contains(s.Image.Env, e) {
			found.Environment[name] = &value
		}
	}
	if !slices.Equal(c.Cmd, s.Image.Cmd) {
		found.Command = types.ShellCommand(c.Cmd)
	}
	if !slices.Equal(c.Entrypoint, s.Image.Entrypoint) {
		found.Entrypoint = types.ShellCommand(c.Entrypoint)
	}
	found.Labels = types.Labels{}
	for key, value := range c.Labels {
		if !ownLabel(key) && s.Image.Labels[key] != value {
			found.Labels[key] = value
		}
	}
	found.Ports = observedPorts(h)
	found.Volumes = observedMounts(s.Inspect)
	observedConfig(&found, s)
	observedHost(&found, h, s.Defaults)
	observedLimits(&found, h)
	observedNetworks(&found, s.Inspect)
	return found
}

func observedPorts(h *container.HostConfig) (list []types.ServicePortConfig) {
	for to, bindings := range h.PortBindings {
		for _, b := range bindings {
			p := types.ServicePortConfig{
				Target: uint32(to.Num()), Protocol: string(to.Proto()), Published: b.HostPort, Mode: "ingress",
			}
			if b.HostIP.IsValid() {
				p.HostIP = b.HostIP.String()
			}
			list = append(list, p)
		}
	}
	slices.SortFunc(list, func(a, b types.ServicePortConfig) int {
		return cmp.Or(cmp.Compare(a.Target, b.Target), cmp.Compare(a.Published, b.Published))
	})
	return list
}

func observedMounts(c container.InspectResponse) (list []types.ServiceVolumeConfig) {
	for _, m := range c.Mounts {
		v := types.ServiceVolumeConfig{Type: string(m.Type), Source: m.Source, Target: m.Destination, ReadOnly: !m.RW}
		switch m.Type {
		case mount.TypeVolume:
			v.Source, v.Volume = m.Name, &types.ServiceVolumeVolume{}
		case mount.TypeBind:
			v.Bind = &types.ServiceVolumeBind{Propagation: string(m.Propagation)}
			if m.Propagation == mount.PropagationRPrivate {
				v.Bind.Propagation = "" // what is so anyway
			}
		}
		list = append(list, v)
	}
	return list
}

func observedConfig(found *types.ServiceConfig, s engine.Serving) {
	c := s.Inspect.Config
	unlike := func(value, image string) string {
		if value == image {
			return ""
		}
		return value
	}
	found.User, found.WorkingDir = unlike(c.User, s.Image.User), unlike(c.WorkingDir, s.Image.WorkingDir)
	found.StopSignal, found.DomainName = unlike(c.StopSignal, s.Image.StopSignal), c.Domainname
	found.Hostname = chosenHostname(s.Inspect)
	found.StdinOpen, found.Tty = c.OpenStdin, c.Tty
	if c.StopTimeout != nil {
		d := types.Duration(time.Duration(*c.StopTimeout) * time.Second)
		found.StopGracePeriod = &d
	}
	found.HealthCheck = observedHealth(c.Healthcheck, s.Image.Healthcheck)
}

// observedHealth reads a health check as far as it is not the image's: the engine completes the one by the other.
func observedHealth(h, image *container.HealthConfig) *types.HealthCheckConfig {
	if h == nil || reflect.DeepEqual(h, image) {
		return nil
	}
	if image == nil {
		image = &container.HealthConfig{}
	}
	found := &types.HealthCheckConfig{}
	if !slices.Equal(h.Test, image.Test) {
		found.Test = types.HealthCheckTest(h.Test)
	}
	set := func(to **types.Duration, d, image time.Duration) {
		if d > 0 && d != image {
			t := types.Duration(d)
			*to = &t
		}
	}
	set(&found.Interval, h.Interval, image.Interval)
	set(&found.Timeout, h.Timeout, image.Timeout)
	set(&found.StartPeriod, h.StartPeriod, image.StartPeriod)
	set(&found.StartInterval, h.StartInterval, image.StartInterval)
	if h.Retries > 0 && h.Retries != image.Retries {
		n := uint64(h.Retries)
		found.Retries = &n
	}
	return found
}

// observedNetworks takes over networks that somebody made. What a running container has besides (addresses that were
// given out, names by its own id) is not chosen by anybody.
func observedNetworks(found *types.ServiceConfig, c container.InspectResponse) {
	mode := c.HostConfig.NetworkMode
	switch {
	case engine.IsShared(mode):
		found.NetworkMode = string(mode)
		return
	case mode.IsDefault(), mode.IsBridge():
		return
	}
	found.Networks = map[string]*types.ServiceNetworkConfig{}
	for name, n := range c.NetworkSettings.Networks {
		made := &types.ServiceNetworkConfig{
			Aliases: chosenAliases(c, n.Aliases), DriverOpts: n.DriverOpts, GatewayPriority: n.GwPriority,
		}
		if n.IPAMConfig != nil {
			if n.IPAMConfig.IPv4Address.IsValid() {
				made.Ipv4Address = n.IPAMConfig.IPv4Address.String()
			}
			if n.IPAMConfig.IPv6Address.IsValid() {
				made.Ipv6Address = n.IPAMConfig.IPv6Address.String()
			}
		}
		found.Networks[name] = made
	}
}

// ObservedProject is what runs, as a Compose file: what "docker compose up" was given is not known any more.
func ObservedProject(instance string, serving []engine.Serving) string {
	p := &types.Project{Name: instance, Services: types.Services{}, Networks: types.Networks{}, Volumes: types.Volumes{}}
	for _, s := range serving {
		found := Observed(s)
		found.Name, found.Image = s.Service, s.Inspect.Config.Image
		for name := range found.Networks {
			p.Networks[name] = types.NetworkConfig{Name: name, External: true}
		}
		for _, v := range found.Volumes {
			if v.Type == types.VolumeTypeVolume {
				p.Volumes[v.Source] = types.VolumeConfig{Name: v.Source, External: true}
			}
		}
		found.Ports = append(p.Services[s.Service].Ports, found.Ports...) // of several containers of a service
		p.Services[s.Service] = found
	}
	text, err := p.MarshalYAML()
	if err != nil {
		return "" // then the files as they are now have to do
	}
	return string(text)
}
