package composefile

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/compose-spec/compose-go/v2/template"
	"go.yaml.in/yaml/v4"

	"github.com/safeport/safeport/internal/service"
	"github.com/safeport/safeport/internal/settings"
)

// samples are the names that people give to what is to become ".env".
var samples = []string{".env.example", ".env.sample", ".env.template", ".env.dist", "env.example", "example.env", "sample.env"}

// unset finds the variables of which Compose would say that they are not set, in the order of the files.
func (d *Definition) unset(values settings.Values) (list []service.Unset) {
	lookup := d.lookup(values, d.Instance)
	seen := map[string]int{}
	note := func(name, where string) {
		if i, again := seen[name]; again {
			list[i].More++
			return
		}
		seen[name] = len(list)
		list = append(list, service.Unset{Name: name, Where: where, File: filepath.Join(filepath.Dir(d.files[0].path), ".env")})
	}
	for _, f := range slices.Concat(d.files, d.related) {
		known := func(name string) (string, bool) {
			if v, ok := lookup(name); ok {
				return v, ok
			}
			v, ok := f.env[name]
			return v, ok
		}
		eachScalar(f.top, map[*yaml.Node]bool{}, func(n *yaml.Node) {
			for _, name := range unsetIn(n.Value, known) {
				note(name, fmt.Sprintf("%s:%d", f.path, n.Line))
			}
		})
	}
	if i := slices.IndexFunc(samples, func(name string) bool {
		info, err := os.Stat(filepath.Join(d.dir, name))
		return err == nil && info.Mode().IsRegular()
	}); i >= 0 {
		for k := range list {
			list[k].Sample = samples[i]
		}
	}
	return list
}

// eachScalar visits the values of a file's mappings and lists, each once: an alias is only another place for one. Keys are
// not interpolated, and the section of safeport's own is not Compose's.
func eachScalar(n *yaml.Node, seen map[*yaml.Node]bool, visit func(*yaml.Node)) {
	if n == nil || seen[n] {
		return
	}
	seen[n] = true
	switch n.Kind {
	case yaml.ScalarNode:
		if strings.Contains(n.Value, "$") {
			visit(n)
		}
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value != section {
				eachScalar(n.Content[i+1], seen, visit)
			}
		}
	default:
		for _, c := range n.Content {
			eachScalar(c, seen, visit)
		}
	}
}

// braced is what stands between "${" and "}": a name, and what to do when it is or is not set.
var braced = regexp.MustCompile(`(?is)^\$\{([_a-z][_a-z0-9]*)(:?[-+?])?(.*)\}$`)

// unsetIn are the variables of a text that have no value and nothing else in their place, those in defaults too as far as
// they come to bear.
func unsetIn(text string, lookup template.Mapping) (names []string) {
	for _, found := range template.DefaultPattern.FindAllString(text, -1) {
		head, rest := closed(found)
		names = append(names, unsetVariable(head, lookup)...)
		names = append(names, unsetIn(rest, lookup)...)
	}
	return names
}

func unsetVariable(text string, lookup template.Mapping) []string {
	name, operator, alternative := strings.TrimPrefix(text, "$"), "", ""
	if m := braced.FindStringSubmatch(text); m != nil {
		name, operator, alternative = m[1], m[2], m[3]
	}
	if strings.HasPrefix(name, "$") || strings.HasPrefix(name, "{") {
		return nil // "$$", or what the loader refuses
	}
	value, ok := lookup(name)
	has := ok && (value != "" || !strings.HasPrefix(operator, ":"))
	switch strings.TrimPrefix(operator, ":") {
	case "":
		if !ok {
			return []string{name}
		}
	case "-":
		if !has {
			return unsetIn(alternative, lookup)
		}
	case "+":
		if has {
			return unsetIn(alternative, lookup)
		}
	}
	return nil
}

// closed parts a variable in braces from what follows it: the pattern takes all up to the last brace of the text.
func closed(text string) (head, rest string) {
	if !strings.HasPrefix(text, "${") {
		return text, ""
	}
	open := 0
	for i := range len(text) {
		switch text[i] {
		case '{':
			open++
		case '}':
			if open--; open == 0 {
				return text[:i+1], text[i+1:]
			}
		}
	}
	return text, ""
}
