package systemd

import (
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// unit is what the files of a unit say: its own and then its drop-ins, in the order in which they count.
type unit struct {
	name    string // "web@8080.socket"
	file    string // that defines it
	entries []entry
}

// all are the values of a setting that may be given more than once. An empty value takes back what was said before.
func (u *unit) all(section, key string) (values []string) {
	for _, e := range u.entries {
		switch {
		case e.section != section || e.key != key:
		case e.value == "":
			values = nil
		default:
			values = append(values, u.expand(e.value))
		}
	}
	return values
}

// last is the value of a setting of which the last one counts.
func (u *unit) last(section, key string) (value string) {
	for _, e := range u.entries {
		if e.section == section && e.key == key {
			value = e.value
		}
	}
	return u.expand(value)
}

// load reads a unit; nil when the host has none of the name, or has it masked.
func (m *Manager) load(name string) (*unit, error) {
	file, text, err := m.definition(name)
	if template := templateOf(name); file == "" && err == nil && template != "" {
		file, text, err = m.definition(template)
	}
	if file == "" || err != nil {
		return nil, err
	}
	u := &unit{name: name, file: file, entries: parse(text)}
	var errs []error
	for _, path := range m.dropIns(name) {
		more, err := readText(path)
		u.entries = append(u.entries, parse(more)...)
		errs = append(errs, err)
	}
	return u, errors.Join(errs...)
}

// definition finds the file of a unit: an empty name says that there is none, or that it is masked.
func (m *Manager) definition(name string) (file, text string, err error) {
	path := m.index().files[name]
	if path == "" {
		return "", "", nil
	}
	file, masked := m.resolve(path)
	if masked {
		return "", "", nil
	}
	text, err = readText(file)
	if errors.Is(err, fs.ErrNotExist) {
		return "", "", nil // a link that leads nowhere
	}
	return file, text, err
}

// resolve follows the links of a unit's file, which are those of the manager's root, to the file itself. A link to
// /dev/null, or an empty file, masks the unit.
func (m *Manager) resolve(path string) (file string, masked bool) {
	for range 8 {
		target, err := os.Readlink(path)
		switch {
		case err != nil:
			return path, false
		case target == "/dev/null":
			return "", true
		case filepath.IsAbs(target):
			path = m.path(target)
		default:
			path = filepath.Join(filepath.Dir(path), target)
		}
	}
	return path, false
}

// dropIns are the files that add to a unit, in the order of their names. Of several of a name the one in the first
// directory counts, and the unit's own come before those of its template, of its prefixes and of all units of its kind.
func (m *Manager) dropIns(name string) []string {
	found := map[string]string{}
	for _, owner := range owners(name) {
		for _, dir := range m.index().dropIns[owner] {
			for _, e := range m.readDir(dir) {
				if base := e.Name(); filepath.Ext(base) == ".conf" && found[base] == "" {
					found[base] = filepath.Join(dir, base)
				}
			}
		}
	}
	var paths []string
	for _, base := range slices.Sorted(maps.Keys(found)) {
		if path, masked := m.resolve(found[base]); !masked {
			paths = append(paths, path)
		}
	}
	return paths
}

// owners are the names whose drop-ins are a unit's, the nearest first: "a-b@1.socket", "a-b@.socket", "a-.socket",
// "socket".
func owners(name string) []string {
	list := []string{name}
	if template := templateOf(name); template != "" {
		list = append(list, template)
	}
	kind := filepath.Ext(name)
	stem := strings.TrimSuffix(name, kind)
	for i := len(stem) - 2; i >= 0; i-- {
		if stem[i] == '-' {
			list = append(list, stem[:i+1]+kind)
		}
	}
	return append(list, strings.TrimPrefix(kind, "."))
}
