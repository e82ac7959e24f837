package instance

import (
	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/service"
)

// MayBe says whether a container, as far as an engine's list tells, can be the service's: its arguments and its
// environment, which only an inspection tells, then decide about its role.
func MayBe(def *service.Definition, c facts.Container) bool {
	return c.Labels[LabelService] != "" || def.Project != "" && c.Project == def.Project || isImageOf(def.Identity, c)
}
