package request

import (
	"github.com/safeport/safeport/internal/settings"
)

// Heeds says whether the choice that a note is about has an effect on the service.
func (p *Service) Heeds(n settings.Note) bool {
	v := p.Wanted.Values[n.Setting]
	return v.Applies && v.Origin == n.Origin
}
