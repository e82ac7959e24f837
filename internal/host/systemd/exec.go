package systemd

import (
	"errors"
	"strings"

	"github.com/safeport/safeport/internal/facts"
)

// Units finds those of the named units that the host has. A masked unit is none. The error says what could not be read;
// what was found stands all the same.
func (m *Manager) Units(names []string) ([]facts.Unit, error) {
	var found []facts.Unit
	var errs []error
	starting := m.starting(".service")
	for _, name := range names {
		u, err := m.load(name)
		errs = append(errs, err)
		if u != nil {
			found = append(found, facts.Unit{
				Name: name, File: u.file, Args: u.program(), Env: m.environment(u),
				Enabled: starting[name], Running: m.running(u),
			})
		}
	}
	return found, errors.Join(errs...)
}

// program is the first command that a service runs. What may stand before the program (systemd.service(5)) is no part of
// its name.
func (u *unit) program() []string {
	for _, command := range u.all("Service", "ExecStart") {
		return words(strings.TrimLeft(command, "@-:+!|"))
	}
	return nil
}

// environment is "KEY=value" of a service and of the files that it names.
func (m *Manager) environment(u *unit) (env []string) {
	for _, assignments := range u.all("Service", "Environment") {
		env = append(env, words(assignments)...)
	}
	for _, file := range u.all("Service", "EnvironmentFile") {
		env = append(env, m.readEnvironment(strings.TrimPrefix(file, "-"))...)
	}
	return env
}

// readEnvironment reads a file of "KEY=value" lines. One that cannot be read adds nothing: it may well hold secrets that
// not everybody may see.
func (m *Manager) readEnvironment(path string) (env []string) {
	text, err := readText(m.path(path))
	if path == "" || err != nil {
		return nil
	}
	for line := range strings.Lines(text) {
		key, value, ok := strings.Cut(strings.TrimSpace(line), "=")
		if !ok || strings.HasPrefix(key, "#") || strings.HasPrefix(key, ";") {
			continue
		}
		env = append(env, strings.TrimSpace(key)+"="+strings.Join(words(value), " "))
	}
	return env
}
