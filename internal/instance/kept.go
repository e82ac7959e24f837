package instance

import (
	"regexp"
	"slices"
	"sync"

	"github.com/safeport/safeport/internal/facts"
)

// aside is what safeport adds to the name of a container that it keeps for a rollback.
var aside = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(.+)-r[0-9]+$`)
})

// Kept says whether a container is the older revision of an installation, which safeport keeps for a rollback: nothing else
// starts it, and before it does what has its ports now is stopped. all are the containers of the host.
func Kept(c facts.Container, all []facts.Container) bool {
	name := aside().FindStringSubmatch(c.Name)
	if name == nil || running(c) || c.Foreign || c.Restart != "" && c.Restart != "no" {
		return false
	}
	return slices.ContainsFunc(all, func(o facts.Container) bool {
		of := o.Labels[LabelInstance]
		if of == "" || o.Name != name[1] || o.Foreign || !running(o) {
			return false
		}
		return c.Labels[LabelInstance] == of || c.Labels[LabelInstance] == "" && c.Name == o.Name+"-r0"
	})
}
