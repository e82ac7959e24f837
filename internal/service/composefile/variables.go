package composefile

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/compose-spec/compose-go/v2/types"
	"go.yaml.in/yaml/v4"
)

// chosenVariables are the variables that the files use and the environment says, now or in an earlier one: without them the files
// would mean something else. What ".env" says is read again.
func (d *Definition) chosenVariables(environ types.Mapping) map[string]string {
	chosen := map[string]string{}
	for _, f := range slices.Concat(d.files, d.related) {
		eachVariable(f.top, map[*yaml.Node]bool{}, func(name string) {
			if value, ok := environ[name]; ok {
				chosen[name] = value
			} else if value, ok := d.source.Variables[name]; ok {
				chosen[name] = value
			}
		})
	}
	delete(chosen, pwd) // it is kept as the directory
	if len(chosen) == 0 {
		return nil
	}
	return chosen
}

// KeptVariables are the names of those that the environment does not say any more; sorted.
func (d *Definition) KeptVariables() (names []string) {
	environ := types.NewMapping(d.source.Environ)
	for _, name := range slices.Sorted(maps.Keys(d.chosenVariables(environ))) {
		if _, ok := environ[name]; !ok {
			names = append(names, name)
		}
	}
	return names
}

var variableName = regexp.MustCompile(`\$\{?([a-zA-Z_][a-zA-Z0-9_]*)`)

// eachVariable visits the names of variables in a file: those that are interpolated, those that a service passes on by name
// alone ("environment: [TOKEN]"), and those that secrets and configs are made of ("environment: TOKEN").
func eachVariable(n *yaml.Node, seen map[*yaml.Node]bool, visit func(string)) {
	if n == nil || seen[n] {
		return
	}
	seen[n] = true
	switch n.Kind {
	case yaml.ScalarNode:
		for _, m := range variableName.FindAllStringSubmatch(n.Value, -1) {
			visit(m[1])
		}
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			key, value := n.Content[i], n.Content[i+1]
			if key.Value == section {
				continue
			}
			if key.Value == "environment" {
				passedOn(follow(value), visit)
			}
			eachVariable(value, seen, visit)
		}
	default:
		for _, c := range n.Content {
			eachVariable(c, seen, visit)
		}
	}
}

func passedOn(n *yaml.Node, visit func(string)) {
	switch n.Kind {
	case yaml.ScalarNode:
		visit(n.Value)
	case yaml.SequenceNode:
		for _, item := range n.Content {
			if v := follow(item).Value; !strings.Contains(v, "=") {
				visit(v)
			}
		}
	case yaml.MappingNode:
		for key, value := range pairs(n) {
			if value.Tag == "!!null" {
				visit(key)
			}
		}
	}
}
