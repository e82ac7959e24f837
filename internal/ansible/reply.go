package ansible

import (
	"bytes"
	"encoding/json"

	"safeport"
	"safeport/internal/release"
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
	Report   *safeport.Report `json:"report,omitempty"`
	Outcome  *release.Outcome `json:"outcome,omitempty"`
	Progress []string         `json:"progress,omitempty"`
	Log      []string         `json:"log,omitempty"` // last lines of containers that failed
	Now      string           `json:"now,omitempty"` // what stands after a change that failed
	Hint     string           `json:"hint,omitempty"`
	Fleet    any              `json:"fleet,omitempty"`
	Dest     string           `json:"dest,omitempty"`
}

// Diff is what "ansible-playbook --diff" shows.
type Diff struct {
	Before string `json:"before"`
	After  string `json:"after"`
}

// hidden is what Ansible's own modules write in place of a secret.
const hidden = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"

// withoutSecrets hides secrets in an encoded reply, as they look there.
func withoutSecrets(text []byte, secrets []string) []byte {
	for _, secret := range secrets {
		quoted, err := json.Marshal(secret)
		if err == nil && len(secret) > 3 { // shorter ones are part of every other word
			text = bytes.ReplaceAll(text, bytes.Trim(quoted, `"`), []byte(hidden))
		}
	}
	return text
}
