package adopt

import (
	"cmp"

	"github.com/compose-spec/compose-go/v2/types"
)

// Plain is a service in the words in which a container's options are found: what stands under "deploy" where it would stand
// without, and of two ways to say the same thing the one that an engine tells.
func Plain(s types.ServiceConfig) types.ServiceConfig {
	s.CapAdd, s.CapDrop = capabilities(s.CapAdd), capabilities(s.CapDrop)
	if s.HealthCheck != nil && s.HealthCheck.Disable {
		s.HealthCheck = &types.HealthCheckConfig{Test: types.HealthCheckTest{"NONE"}}
	}
	if len(s.Ulimits) > 0 {
		limits := map[string]*types.UlimitsConfig{}
		for name, u := range s.Ulimits {
			limits[name] = &types.UlimitsConfig{Soft: cmp.Or(u.Soft, u.Single), Hard: cmp.Or(u.Hard, u.Single)}
		}
		s.Ulimits = limits
	}
	if s.Deploy == nil {
		return s
	}
	if l := s.Deploy.Resources.Limits; l != nil {
		if l.MemoryBytes != 0 {
			s.MemLimit = l.MemoryBytes
		}
		if l.NanoCPUs != 0 {
			s.CPUS = l.NanoCPUs.Value()
		}
		if l.Pids != 0 {
			s.PidsLimit = l.Pids
		}
	}
	if r := s.Deploy.Resources.Reservations; r != nil && r.MemoryBytes != 0 {
		s.MemReservation = r.MemoryBytes
	}
	return s
}
