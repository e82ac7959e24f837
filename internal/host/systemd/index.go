package systemd

import (
	"path/filepath"
	"slices"
	"strings"
)

// index is what stands in a manager's directories, each of them listed once: to look for every name in every one of them
// takes ten times as long.
type index struct {
	files   map[string]string   // unit → its file in the first directory that has one
	dropIns map[string][]string // unit, template, prefix or kind → its directories of drop-ins, the first to count first
	pulls   []string            // directories of links such as "multi-user.target.wants", likewise
}

func (m *Manager) list() index {
	ix := index{files: map[string]string{}, dropIns: map[string][]string{}}
	for _, dir := range m.directories {
		dir = m.path(dir)
		for _, e := range m.readDir(dir) {
			name, path := e.Name(), filepath.Join(dir, e.Name())
			switch kind := filepath.Ext(name); {
			case slices.Contains([]string{".wants", ".requires", ".upholds"}, kind):
				ix.pulls = append(ix.pulls, path)
			case kind == ".d":
				owner := strings.TrimSuffix(name, kind)
				ix.dropIns[owner] = append(ix.dropIns[owner], path)
			case ix.files[name] == "":
				ix.files[name] = path
			}
		}
	}
	return ix
}

// named are the units of a kind that there are files of, templates left out: nothing runs under their names.
func (ix index) named(kind string) (names []string) {
	for name := range ix.files {
		if strings.HasSuffix(name, kind) && !strings.Contains(name, "@.") {
			names = append(names, name)
		}
	}
	return names
}
