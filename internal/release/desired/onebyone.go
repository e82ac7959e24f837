package desired

import (
	"maps"

	"github.com/compose-spec/compose-go/v2/types"

	"github.com/safeport/safeport/internal/release/adopt"
)

// OneByOne is what Compose has to make one after the other so that each of several containers of a service gets the volumes of
// the one before it, and the name by which Compose makes it known: the project with one of them, with two, and so on, where
// what is there stays as it is. Mostly it is the project alone.
func (t *Target) OneByOne(p *types.Project, service string) (list []*types.Project) {
	volumes, s := t.Numbered[service], p.Services[service]
	if s.GetScale() == 0 || s.GetScale() == 1 && len(volumes) == 0 {
		return []*types.Project{p}
	}
	for number := range s.GetScale() {
		one := s
		if s.Deploy != nil {
			deploy := *s.Deploy
			one.Deploy = &deploy
		}
		one.SetScale(number + 1)
		for _, v := range volumes[number+1] {
			one.Volumes, _ = adopt.Mounting(one.Volumes, v)
		}
		if s.GetScale() > 1 {
			t.callByNumber(&one, number+1)
		}
		copied := *p
		copied.Services = maps.Clone(p.Services)
		copied.Services[service] = one
		list = append(list, &copied)
	}
	return list
}
