package release

import (
	"cmp"
	"encoding/json"
	"maps"
	"reflect"
	"slices"

	"github.com/moby/moby/api/types/container"

	"safeport/internal/message"
)

// compared elsewhere, by what they come to: what is mounted, published, and joined may be written in several ways, and
// the restart policy is put right with the name.
var notCompared = []string{
	"Binds", "Mounts", "PortBindings", "NetworkMode", "RestartPolicy", "ConsoleSize", "ContainerIDFile", "Isolation",
}

// lost names the options of a container that another one, made in its place, does not have. It is the proof that nothing
// was forgotten in carrying them over, whatever there may be of options: all are compared as the engine tells them.
func lost(old, made *container.HostConfig) (message.Phrases, error) {
	was, err := fields(old)
	if err != nil {
		return nil, err
	}
	is, err := fields(made)
	if err != nil {
		return nil, err
	}
	var list message.Phrases
	for _, name := range slices.Sorted(maps.Keys(was)) {
		value := was[name]
		if !slices.Contains(notCompared, name) && !empty(value) && !reflect.DeepEqual(chosen(value), chosen(is[name])) {
			list = append(list, message.Say("%s (%s instead of %s)", name, inWords(is[name]), inWords(value)))
		}
	}
	return list, nil
}

func fields(h *container.HostConfig) (m map[string]any, err error) {
	sorted := *h
	sorted.Ulimits = slices.Clone(h.Ulimits) // in whose order nothing lies, and Compose makes them in any
	slices.SortFunc(sorted.Ulimits, func(a, b *container.Ulimit) int { return cmp.Compare(a.Name, b.Name) })
	data, err := json.Marshal(sorted)
	if err == nil {
		err = json.Unmarshal(data, &m)
	}
	return m, err
}

// empty says whether a value of JSON is one that nobody has to choose.
func empty(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case bool:
		return !v
	case float64:
		return v == 0
	case string:
		return v == ""
	case []any:
		return len(v) == 0
	case map[string]any:
		return len(v) == 0
	}
	return false
}

// chosen is a value without what nobody has to choose in it: an engine may write an empty list or none.
func chosen(v any) any {
	switch v := v.(type) {
	case []any:
		list := make([]any, len(v))
		for i := range v {
			list[i] = chosen(v[i])
		}
		return list
	case map[string]any:
		m := map[string]any{}
		for key, value := range v {
			if !empty(value) {
				m[key] = chosen(value)
			}
		}
		return m
	}
	return v
}

func inWords(v any) message.Phrase {
	if empty(v) {
		return message.Say("none")
	}
	data, err := json.Marshal(v)
	if err != nil {
		return message.Say("%v", v)
	}
	return message.Say("%s", data)
}
