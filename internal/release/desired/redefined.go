package desired

import (
	"maps"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/safeport/safeport/internal/message"
)

// shape is a project as YAML, as far as its parts are compared.
type shape struct {
	Services map[string]map[string]any
	Networks map[string]any
	Volumes  map[string]any
	Configs  map[string]any
	Secrets  map[string]any
}

func shapeOf(text string) (s shape, err error) {
	err = yaml.Unmarshal([]byte(text), &s)
	return s, err
}

// redefined tells what is other in a project than in one before: which services came, went or have other keys, each by name.
// What images they get is told elsewhere. Neither text can be wrong: this package has written both.
func redefined(is, was string) (list message.Phrases) {
	now, err := shapeOf(is)
	before, errBefore := shapeOf(was)
	if err != nil || errBefore != nil {
		return nil
	}
	for _, name := range bothKeys(now.Services, before.Services) {
		made, isThere := now.Services[name]
		old, wasThere := before.Services[name]
		switch {
		case !wasThere:
			list = append(list, message.Say("service %s is new", name))
		case !isThere:
			list = append(list, message.Say("service %s is removed", name))
		default:
			keys := slices.DeleteFunc(bothKeys(made, old), func(key string) bool {
				return key == "image" || reflect.DeepEqual(made[key], old[key])
			})
			if len(keys) > 0 {
				list = append(list, message.Say("service %s in %s", name, strings.Join(keys, ", ")))
			}
		}
	}
	if !reflect.DeepEqual(now.Networks, before.Networks) {
		list = append(list, message.Say("its networks"))
	}
	if !reflect.DeepEqual(now.Volumes, before.Volumes) {
		list = append(list, message.Say("its volumes"))
	}
	if !reflect.DeepEqual(now.Configs, before.Configs) {
		list = append(list, message.Say("its configs"))
	}
	if !reflect.DeepEqual(now.Secrets, before.Secrets) {
		list = append(list, message.Say("its secrets"))
	}
	return list
}

func bothKeys[V any](a, b map[string]V) []string {
	keys := slices.AppendSeq(slices.Collect(maps.Keys(a)), maps.Keys(b))
	slices.Sort(keys)
	return slices.Compact(keys)
}
