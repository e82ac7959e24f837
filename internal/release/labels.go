package release

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/compose-spec/compose-go/v2/types"
)

// Labels from which a journal that was lost is read. They are given when a container is made, and never change: what has become
// of the change since, the state of the containers tells.
const (
	labelChange  = "io.safeport.change"  // the change that has made the container, as JSON
	labelRestart = "io.safeport.restart" // its policy while it serves: one that is set aside has none
)

// origin is the change that has made a container, as its label tells it. Settings are not in it: they may hold secrets, and the
// container itself has them.
type origin struct {
	Pending    Pending  `json:"pending"`
	From       *Release `json:"from,omitempty"` // the release before, if it was started by hand and has no labels
	Ready      Ready    `json:"ready"`
	ConfigFile string   `json:"config_file,omitempty"`
	Files      []string `json:"files,omitempty"`
	Profiles   []string `json:"profiles,omitempty"`
	Endpoint   string   `json:"endpoint,omitempty"`
}

// sign gives the containers that are about to be made the labels from which this change can be told.
func (c *change) sign() error {
	o := origin{
		Pending: *c.record.Pending, Ready: c.to.Ready, ConfigFile: c.to.ConfigFile,
		Files: c.record.Files, Profiles: c.record.Profiles, Endpoint: c.record.Endpoint,
	}
	if c.from != nil && c.from.Adopted {
		o.From = c.from
	}
	text, err := json.Marshal(o)
	if err != nil {
		return err
	}
	for name, s := range c.target.Project.Services {
		if s.CustomLabels == nil {
			continue // not one of this release's
		}
		s.CustomLabels[labelChange], s.CustomLabels[labelRestart] = string(text), policyOf(s)
		c.target.Project.Services[name] = s
	}
	return nil
}

// originOf reads the label of a container; nil for one that an older safeport has made.
func originOf(labels map[string]string) *origin {
	var o origin
	if err := json.Unmarshal([]byte(labels[labelChange]), &o); err != nil {
		return nil
	}
	return &o
}

// policyOf is the restart policy that Compose gives a service: "no", "always", "unless-stopped", "on-failure" or "on-failure:3".
func policyOf(s types.ServiceConfig) string {
	if s.Restart != "" {
		return s.Restart
	}
	if s.Deploy == nil || s.Deploy.RestartPolicy == nil {
		return types.RestartPolicyNo
	}
	p := s.Deploy.RestartPolicy
	switch p.Condition {
	case "none":
		return types.RestartPolicyNo
	case "", "any":
		return types.RestartPolicyAlways
	}
	if p.Condition == types.RestartPolicyOnFailure && p.MaxAttempts != nil {
		return p.Condition + ":" + strconv.FormatUint(*p.MaxAttempts, 10)
	}
	return p.Condition
}

// labelledPolicy is the restart policy of a container while it serves, by its label.
func labelledPolicy(labels map[string]string) (policy string, retries int, ok bool) {
	text, ok := labels[labelRestart]
	if !ok {
		return "", 0, false
	}
	policy, count, _ := strings.Cut(text, ":")
	retries, _ = strconv.Atoi(count) // none, and there is no end to them
	return policy, retries, true
}
