package instance

import (
	"encoding/json"
	"slices"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/service"
)

// installation is the containers that belong together, under the names that the user may call them by.
type installation struct {
	name       string // of the instance
	names      []string
	containers []facts.Container
}

// group sorts the service's containers into installations. Containers that safeport made say which instance they are of;
// those of a user's Compose file are one by their project; of all others each is one of its own.
func group(def *service.Definition, containers []facts.Container) []*installation {
	var list []*installation
	containers = withoutCopies(containers)
	ours := slices.ContainsFunc(containers, func(c facts.Container) bool {
		return c.Labels[LabelInstance] == def.Instance && isOf(def, c) && !setAside(c)
	})
	for _, c := range containers {
		if !isOf(def, c) {
			continue
		}
		name, shared := c.Labels[LabelInstance], true
		if name == "" {
			name, shared = takenOver(c, containers)
		}
		// What Compose makes of the same files beside safeport's containers is none of theirs: it is in their way, and has their data.
		if name == "" || !shared && !ours && def.Made(c) {
			name, shared = def.Instance, true
		}
		i := slices.IndexFunc(list, func(g *installation) bool { return shared && g.name == name })
		if i < 0 {
			i = len(list)
			list = append(list, &installation{name: name, names: []string{name}})
		}
		list[i].containers = append(list[i].containers, c)
		list[i].names = append(list[i].names, c.Name, c.Project)
	}
	for _, g := range list {
		slices.SortStableFunc(g.containers, func(a, b facts.Container) int { return rank(a) - rank(b) })
	}
	return list
}

// takenOver is the instance that a container without labels has become a part of: safeport took it over as release 0, made
// containers with the instance's name in their labels, and set it aside under that name and "-r0", or as they say in a label by its id,
// where a Compose project was taken over whole. Its own labels cannot be changed. One that was not taken over is an instance of its own.
func takenOver(c facts.Container, containers []facts.Container) (name string, shared bool) {
	for _, o := range containers {
		instance := o.Labels[LabelInstance]
		if instance != "" && (c.Name == instance || c.Name == instance+"-r0" || MayBePart(instance, c.Name, c.Project) && replaces(o, c)) {
			return instance, true
		}
	}
	return c.Name, false
}

// replaces says whether a container was made for a release that came in the place of another one's. The label is for a lost journal, and
// says more.
func replaces(made, c facts.Container) bool {
	var change struct {
		From struct{ Containers []struct{ ID string } }
	}
	if err := json.Unmarshal([]byte(made.Labels[LabelChange]), &change); err != nil {
		return false
	}
	return slices.ContainsFunc(change.From.Containers, func(o struct{ ID string }) bool { return o.ID == c.ID })
}

// setAside says whether a container that safeport has made may be one that it keeps for a rollback.
func setAside(c facts.Container) bool {
	return !running(c) && (c.Restart == "" || c.Restart == "no")
}

// rank puts running containers first.
func rank(c facts.Container) int {
	switch {
	case running(c):
		return 0
	case c.Started:
		return 1
	}
	return 2
}

// choose picks the installation that is meant; ambiguous when several could be.
func choose(def *service.Definition, name string, groups []*installation) (chosen *installation, ambiguous bool) {
	if name == "" {
		if len(groups) == 1 {
			return groups[0], false
		}
		name, ambiguous = def.Instance, len(groups) > 1
	}
	// The instance's own name weighs more than a Compose project's, which several may share.
	for _, match := range []func(*installation) bool{
		func(g *installation) bool { return g.name == name },
		func(g *installation) bool { return name != "" && slices.Contains(g.names, name) },
	} {
		if found := slices.DeleteFunc(slices.Clone(groups), func(g *installation) bool { return !match(g) }); len(found) > 0 {
			if len(found) > 1 {
				return nil, true
			}
			return found[0], false
		}
	}
	return nil, ambiguous
}
