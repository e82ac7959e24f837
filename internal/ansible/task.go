package ansible

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/safeport/safeport/internal/mask"
	"github.com/safeport/safeport/internal/regular"
)

// Task is what a playbook asks for.
type Task struct {
	Module    string // "check"
	Host      string // the host's name in the inventory
	CheckMode bool
	Diff      bool
	Params    *params
}

// readTask reads the file that Ansible hands over. Its own parameters begin with _ansible_; there are more with each
// version, and those that are not known are no concern of a module.
func readTask(path string) (*Task, error) {
	text, err := regular.Read(path, maxTask)
	if err != nil {
		return nil, fmt.Errorf("reading the task's parameters: %w", err)
	}
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
	return &Task{Module: own.Hand.Module, Host: own.Hand.Host, CheckMode: own.Check, Diff: own.Diff, Params: &params{values: values}}, nil
}

// secrets are the values that a reply must not repeat: every variable for the container, and settings that are called as
// secrets are.
func (t *Task) secrets() []string {
	var list []string
	for name, value := range t.Params.taken {
		if name != "settings" && name != "env" {
			continue
		}
		for key, secret := range value {
			if secret != "" && (name == "env" || mask.Secret(key)) {
				list = append(list, secret)
			}
		}
	}
	// The longest first: one may be the beginning of another.
	slices.SortFunc(list, func(a, b string) int { return len(b) - len(a) })
	return list
}
