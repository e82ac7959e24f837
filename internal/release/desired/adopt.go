package desired

import (
	"cmp"

	"github.com/safeport/safeport/internal/release/adopt"
	"github.com/safeport/safeport/internal/release/engine"
	"github.com/safeport/safeport/internal/release/journal"
)

// Adopt makes a record of an instance that was started by hand: its container is release 0, and is never edited. How it
// shows that it serves is what the definition says for its own ports.
//
// So are all the containers of a project that its user has started with Compose: it is taken over whole.
func Adopt(t *Target, endpoint string, serving []engine.Serving) *journal.Record {
	r := journal.Release{
		Adopted: true, Project: serving[0].Project, Images: map[string]string{}, Ready: t.ReadyBefore,
		Version: VersionOf(serving[0].Container.Image), Image: serving[0].Inspect.Config.Image,
	}
	for _, s := range serving {
		policy := s.Inspect.HostConfig.RestartPolicy
		r.Images[s.ServiceOf(t.Service)] = s.Inspect.Config.Image
		r.Containers = append(r.Containers, journal.Container{
			ID: s.Container.ID, Service: s.Service, Name: s.Container.Name, Restart: cmp.Or(string(policy.Name), "no"), Retries: policy.MaximumRetryCount,
		})
	}
	if r.Project != "" {
		r.Compose, r.Section = adopt.ObservedProject(t.Instance, serving), t.Definition.Section()
	}
	var others []string
	for _, s := range serving {
		for _, m := range s.Inspect.Mounts {
			if r.Project == "" && m.Name != "" {
				r.Volumes = append(r.Volumes, m.Name)
			}
			if engine.IsAnonymous(m.Name) {
				others = append(others, m.Name)
			}
		}
	}
	return &journal.Record{
		Others: others,
		Schema: journal.Schema, Instance: t.Instance, Service: t.Definition.Name, Endpoint: endpoint, Before: journal.None, Releases: []journal.Release{r},
	}
}
