package dockerrun

import (
	"slices"

	"github.com/compose-spec/compose-go/v2/types"

	"github.com/safeport/safeport/internal/mask"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/release/journal"
)

// Command are the commands that make a project's containers and what they need, as a person would type them, in the
// order of their dependence: to see what will be made, and to make it without safeport. Secrets are hidden unless clear is
// said. unsaid are the keys of Compose for which docker run has no words.
func Command(p *types.Project, instance string, clear bool) (lines, unsaid []string) {
	networks := map[string]string{}
	for _, key := range p.NetworkNames() {
		n := p.Networks[key]
		networks[key] = journal.ResourceName(n.Name, instance, key)
		if !bool(n.External) && usesNetwork(p, key) {
			lines = append(lines, message.Line([]string{"docker", "network", "create", networks[key]}))
		}
	}
	_ = p.ForEachService(nil, func(name string, s *types.ServiceConfig) error {
		more, without := runLines(p, *s, instance, networks, clear)
		lines, unsaid = append(lines, more...), append(unsaid, without...)
		return nil
	})
	return lines, unsaid
}

func usesNetwork(p *types.Project, key string) bool {
	for _, s := range p.Services {
		if _, ok := s.Networks[key]; ok {
			return true
		}
	}
	return false
}

// runLines make one service's container. One on several networks is made, joined to the others, and started then.
func runLines(p *types.Project, s types.ServiceConfig, instance string, networks map[string]string, clear bool) (lines, unsaid []string) {
	name := s.ContainerName
	if name == "" {
		name = instance + "-" + s.Name + "-1"
	}
	joined := s.NetworksByPriority()
	f := &runFlags{clear: clear}
	f.words = []string{"docker", "run", "--detach", "--name", name}
	if len(joined) > 1 {
		f.words = []string{"docker", "create", "--name", name}
	}
	if len(joined) > 0 {
		f.network("--network", "--network-alias", networks[joined[0]], s.Name, s.Networks[joined[0]])
	} else {
		f.text("--network", s.NetworkMode)
	}
	f.service(p, s, instance)
	f.words = append(f.words, s.Image)
	if len(s.Entrypoint) > 1 {
		f.words = append(f.words, s.Entrypoint[1:]...)
	}
	f.words = append(f.words, f.arguments(s.Image, s.Command)...)
	lines = append(lines, message.Line(f.words))
	for _, key := range joined[min(1, len(joined)):] {
		more := &runFlags{words: []string{"docker", "network", "connect"}}
		more.network("", "--alias", "", s.Name, s.Networks[key])
		lines = append(lines, message.Line(append(more.words, networks[key], name)))
	}
	if len(joined) > 1 {
		lines = append(lines, message.Line([]string{"docker", "start", name}))
	}
	slices.Sort(f.unsaid)
	return lines, f.unsaid
}

// arguments are those of the container, as far as they may be shown.
func (f *runFlags) arguments(image string, args []string) []string {
	if f.clear || len(args) == 0 {
		return args
	}
	return mask.Arguments(append([]string{image}, args...))[1:]
}
