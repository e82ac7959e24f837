package ansible

import (
	"strings"

	"github.com/safeport/safeport/report"
)

// Reply is the answer to a task. The names of the first fields are Ansible's, and mean something to it.
type Reply struct {
	Changed  bool             `json:"changed"`
	Failed   bool             `json:"failed,omitempty"`
	Msg      string           `json:"msg,omitempty"`
	Warnings []string         `json:"warnings,omitempty"`
	Diff     *Diff            `json:"diff,omitempty"`
	Facts    map[string]any   `json:"ansible_facts,omitempty"`
	RC       int              `json:"rc"` // exit status of the same command on the command line
	Verdict  string           `json:"verdict,omitempty"`
	Report   *report.Report   `json:"report,omitempty"`
	Reports  []*report.Report `json:"reports,omitempty"` // one for each of several questions
	Outcome  any              `json:"outcome,omitempty"` // what a change came to
	Progress []string         `json:"progress,omitempty"`
	Log      []string         `json:"log,omitempty"` // last lines of containers that failed
	Now      string           `json:"now,omitempty"` // what stands after a change that failed
	Hint     string           `json:"hint,omitempty"`
	Fleet    any              `json:"fleet,omitempty"`
	Lines    []string         `json:"lines,omitempty"`
	Dest     string           `json:"dest,omitempty"`
	Needs    string           `json:"_safeport_needs,omitempty"` // the program that can answer, where this one cannot
}

// Diff is what "ansible-playbook --diff" shows.
type Diff struct {
	Before string `json:"before"`
	After  string `json:"after"`
}

// hidden is what Ansible's own modules write in place of a secret.
const hidden = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"

// withoutSecrets is a value of a decoded document with the secrets hidden in its texts. Names of fields stay, and so does
// what is no text: "true" may well be the value of a variable.
func withoutSecrets(value any, secrets []string) any {
	switch v := value.(type) {
	case string:
		for _, secret := range secrets {
			if len(secret) > 3 { // shorter ones are part of every other word
				v = strings.ReplaceAll(v, secret, hidden)
			}
		}
		return v
	case []any:
		for i := range v {
			v[i] = withoutSecrets(v[i], secrets)
		}
	case map[string]any:
		for name := range v {
			v[name] = withoutSecrets(v[name], secrets)
		}
	}
	return value
}
