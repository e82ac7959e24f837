package ansible

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Task is what a playbook asks for.
type Task struct {
	Module    string // "check"
	Host      string // the host's name in the inventory
	CheckMode bool
	Diff      bool
	Params    *Params
}

// parseTask reads what Ansible hands over. Its own parameters begin with _ansible_; there are more with each
// version, and those that are not known are no concern of a module.
func parseTask(text []byte) (*Task, error) {
	var own struct {
		Check bool `json:"_ansible_check_mode"`
		Diff  bool `json:"_ansible_diff"`
		Hand  struct {
			Module string `json:"module"`
			Host   string `json:"host"`
		} `json:"_safeport"`
	}
	values := map[string]any{}
	if err := json.Unmarshal(text, &own); err != nil {
		return nil, fmt.Errorf("reading the task's parameters: %w", err)
	}
	if err := json.Unmarshal(text, &values); err != nil {
		return nil, fmt.Errorf("reading the task's parameters: %w", err)
	}
	for name := range values {
		if name == handshake || strings.HasPrefix(name, "_ansible_") {
			delete(values, name)
		}
	}
	return &Task{Module: own.Hand.Module, Host: own.Hand.Host, CheckMode: own.Check, Diff: own.Diff, Params: &Params{values: values, secrets: &[]string{}}}, nil
}

// secrets are the values that a reply must not repeat: every variable for the container, and settings that are called as
// secrets are.
func (t *Task) secrets() []string {
	list := *t.Params.secrets
	// The longest first: one may be the beginning of another.
	slices.SortFunc(list, func(a, b string) int { return len(b) - len(a) })
	return list
}
