package rollout

import (
	"encoding/json"
	"slices"

	"github.com/safeport/safeport/internal/release/engine"
)

// sign gives the containers that are about to be made the labels from which this change can be told.
func (c *rollout) sign() error {
	words := c.record.Words
	if w := c.record.Pending.Words; w != nil {
		words = *w
	}
	o := engine.Origin{
		Pending: *c.record.Pending, Ready: c.to.Ready, ConfigFile: c.to.ConfigFile,
		Files: words.Files, Profiles: words.Profiles, Endpoint: c.record.Endpoint,
		Project: words.Project, EnvFiles: words.EnvFiles, Dir: words.Dir, Others: c.record.Others,
	}
	o.Pending.Words = nil // they have variables, which may be secret
	o.Kept, o.Image = c.to.Kept(), c.to.Image
	if c.from != nil && c.from.Adopted {
		o.From = c.from
	}
	for name, s := range c.target.Project.Services {
		if s.CustomLabels != nil && !slices.Contains(c.kept(), name) {
			o.Makes += s.GetScale()
		}
	}
	text, err := json.Marshal(o)
	if err != nil {
		return err
	}
	for name, s := range c.target.Project.Services {
		if s.CustomLabels == nil {
			continue // not one of this release's
		}
		s.CustomLabels[engine.LabelChange], s.CustomLabels[engine.LabelRestart] = string(text), engine.PolicyOf(s)
		c.target.Project.Services[name] = s
	}
	return nil
}
