package release

import (
	"context"
	"slices"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/release/engine"
	"github.com/safeport/safeport/internal/release/journal"
	"github.com/safeport/safeport/report"
)

// besideStrangers refuses what would meet others' containers: a name that one has, and a volume that one writes to.
func (s *Session) besideStrangers(ctx context.Context, sc *scene) error {
	stranger := func(id string, labels map[string]string) bool {
		return labels[engine.LabelInstance] != sc.found.Name && (sc.record == nil || !sc.record.Has(id)) &&
			!slices.ContainsFunc(sc.serving, func(o engine.Serving) bool { return o.Container.ID == id })
	}
	for _, service := range sc.target.Project.Services {
		name := service.ContainerName
		if name == "" {
			continue
		}
		c, ok, err := s.Engine.Inspect(ctx, name)
		if err != nil {
			return err
		}
		if ok && c.Name == "/"+name && stranger(c.ID, c.Config.Labels) {
			return &journal.RefusedError{
				Reason: message.Say("the container name %s of service %s is in use by another container (%s)", name, service.Name, c.Config.Image),
				Hint:   message.Say("rename or remove it, as with: %s", s.Engine.Command+" rename "+message.Quote(name)+" "+message.Quote(name+"-old")),
			}
		}
	}
	if len(sc.serving) > 0 || slices.Contains(s.Question.Ignore, string(report.VolumeShared)) {
		return nil
	}
	for key, v := range sc.target.Project.Volumes {
		// A name that the file chooses may be meant to be shared.
		if bool(v.External) || !s.definition.BuiltIn && v.Name != journal.ResourceName("", sc.found.Name, key) {
			continue
		}
		list, err := s.Engine.Api.ContainerList(ctx, client.ContainerListOptions{Filters: make(client.Filters).Add("volume", v.Name)})
		if err != nil {
			return message.Errorf("listing containers: %w", err)
		}
		for _, c := range list.Items {
			writes := slices.ContainsFunc(c.Mounts, func(m container.MountPoint) bool { return m.Name == v.Name && m.RW })
			if !writes || !stranger(c.ID, c.Labels) {
				continue
			}
			name := engine.NameOf(c)
			return &journal.RefusedError{
				Reason: message.Say("volume %s is in use by container %s. Both would write to it", v.Name, name),
				Hint: message.Say("choose another name with --name NAME, or stop that container: %s. To share the volume, add --ignore volume-shared",
					s.Engine.Command+" stop "+message.Quote(name)),
			}
		}
	}
	return nil
}
