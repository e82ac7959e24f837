package release

import (
	"context"
	"slices"
	"strings"

	"github.com/safeport/safeport"
	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/instance"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/release/engine"
	"github.com/safeport/safeport/internal/release/journal"
	"github.com/safeport/safeport/internal/service"
)

// Installed are the questions about every instance that has a journal, and about every installation of a built-in service
// that somebody has made otherwise.
func Installed(ctx context.Context, e *engine.Engine, store *journal.Store) ([]safeport.Request, error) {
	names, err := store.Instances()
	if err != nil {
		return nil, err
	}
	var list []safeport.Request
	for _, name := range names {
		req := safeport.Request{Instance: name, Services: []string{name}}
		if record, err := Told(ctx, e, store, name); err == nil && record != nil {
			req = Question(record)
		}
		list = append(list, req)
	}
	for _, name := range service.Names() {
		others, err := InstalledOf(ctx, e, name)
		if err != nil {
			return nil, err
		}
		for _, req := range others {
			if !slices.Contains(names, req.Instance) {
				list = append(list, req)
			}
		}
	}
	return list, nil
}

// InstalledOf are the questions about every installation of a built-in service that has a container, by their names.
func InstalledOf(ctx context.Context, e *engine.Engine, name string) ([]safeport.Request, error) {
	d, err := service.Lookup(name)
	if err != nil {
		return nil, err
	}
	found, err := e.All(ctx, d)
	if err != nil {
		return nil, err
	}
	var list []safeport.Request
	for _, in := range found {
		list = append(list, safeport.Request{Services: []string{name}, Instance: in.Name})
	}
	slices.SortFunc(list, func(a, b safeport.Request) int { return strings.Compare(a.Instance, b.Instance) })
	return list, nil
}

// Manager says by what an installation was made.
type Manager string

// The managers that containers tell of. What was made by the engine's interface alone is not told from what somebody made
// with its command.
const (
	Safeport  Manager = "safeport"
	Compose   Manager = "compose"
	Swarm     Manager = "swarm"
	Systemd   Manager = "systemd" // a unit of systemd that runs podman
	DockerRun Manager = "docker run"
	PodmanRun Manager = "podman run"
)

// unitLabel is what "podman generate systemd" and Quadlet put on a container.
const unitLabel = "PODMAN_SYSTEMD_UNIT"

func managerOf(containers []facts.Container) Manager {
	if len(containers) == 0 {
		return ""
	}
	switch c := containers[0]; {
	case c.Labels[instance.LabelInstance] != "":
		return Safeport
	case c.Service:
		return Swarm
	case c.Labels[unitLabel] != "":
		return Systemd
	case c.Project != "":
		return Compose
	case c.Engine == "podman":
		return PodmanRun
	}
	return DockerRun
}

// unclear refuses where several installations are there and none was named.
func (s *Session) unclear(sc *scene, action journal.Action) error {
	if sc.record != nil || len(sc.several) == 0 {
		return nil
	}
	var names []string
	for _, c := range sc.several {
		names = append(names, message.Clean(c.Name))
	}
	slices.Sort(names)
	command := s.Command(action, message.Quote(s.definition.Name)+" --name "+message.Quote(names[0]))
	if again := s.Question.Again; again != nil {
		command = again("--name", names[0]) // with the version that was asked for
	}
	return &journal.RefusedError{
		Reason: message.Say("Found %d %s installations: %s", len(names), s.definition.Name, strings.Join(names, ", ")),
		Hint:   message.Say("choose one with --name, as in: %s", command),
	}
}
