package desired

import (
	"slices"

	"github.com/compose-spec/compose-go/v2/types"
)

// WithoutAlways takes a restart policy from the project that Podman could not take from the containers later, and names the
// services that had it. With unless-stopped it starts them again in the same way, but not at a boot.
func (t *Target) WithoutAlways() (names []string) {
	for _, name := range t.Project.ServiceNames() {
		s, had := t.Project.Services[name], false
		if s.Restart == types.RestartPolicyAlways {
			s.Restart, had = types.RestartPolicyUnlessStopped, true
		}
		if s.Deploy != nil && s.Deploy.RestartPolicy != nil && slices.Contains([]string{"any", "always"}, s.Deploy.RestartPolicy.Condition) {
			s.Deploy.RestartPolicy.Condition, had = types.RestartPolicyUnlessStopped, true
		}
		if had {
			t.Project.Services[name] = s
			names = append(names, name)
		}
	}
	return names
}
