package engine

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/compose-spec/compose-go/v2/types"

	"github.com/safeport/safeport/internal/instance"
	"github.com/safeport/safeport/internal/release/journal"
)

// Labels from which a journal that was lost is read. They are given when a container is made, and never change: what has become
// of the change since, the state of the containers tells.
const (
	LabelChange  = instance.LabelChange  // the change that has made the container, as JSON
	LabelRestart = "io.safeport.restart" // its policy while it serves: one that is set aside has none
)

// Origin is the change that has made a container, as its label tells it. Settings are not in it: they may hold secrets, and the
// container itself has them.
type Origin struct {
	Pending    journal.Pending     `json:"pending"`
	From       *journal.Release    `json:"from,omitempty"` // the release before, if it was started by hand and has no labels
	Ready      journal.Ready       `json:"ready"`
	ConfigFile string              `json:"config_file,omitempty"`
	Files      []string            `json:"files,omitempty"`
	Profiles   []string            `json:"profiles,omitempty"`
	Project    string              `json:"project,omitempty"`
	EnvFiles   []string            `json:"env_files,omitempty"`
	Dir        string              `json:"dir,omitempty"`
	Others     []string            `json:"others,omitempty"`
	Endpoint   string              `json:"endpoint,omitempty"`
	Image      string              `json:"image,omitempty"` // of the service that answers
	Kept       []journal.Container `json:"kept,omitempty"`  // of the new release: those that older ones have made
	Makes      int                 `json:"makes,omitempty"` // how many are made for it; 0: an older safeport has not counted them
}

// words are those by which the definition was found, but for the variables.
func (o *Origin) words() journal.Words {
	return journal.Words{Files: o.Files, Profiles: o.Profiles, Project: o.Project, EnvFiles: o.EnvFiles, Dir: o.Dir}
}

// originOf reads the label of a container; nil for one that an older safeport has made.
func originOf(labels map[string]string) *Origin {
	var o Origin
	if err := json.Unmarshal([]byte(labels[LabelChange]), &o); err != nil {
		return nil
	}
	return &o
}

// PolicyOf is the restart policy that Compose gives a service: "no", "always", "unless-stopped", "on-failure" or "on-failure:3".
func PolicyOf(s types.ServiceConfig) string {
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
	text, ok := labels[LabelRestart]
	if !ok {
		return "", 0, false
	}
	policy, count, _ := strings.Cut(text, ":")
	retries, _ = strconv.Atoi(count) // none, and there is no end to them
	return policy, retries, true
}
