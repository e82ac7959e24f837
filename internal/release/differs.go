package release

import (
	"fmt"
	"maps"
	"slices"
)

// differs says in what the target is other than what serves, in words for a person; empty when it is the same.
func (t *Target) differs(serving []Serving) []string {
	if len(serving) == 0 {
		return nil
	}
	var list []string
	now := func(what, is, was string) {
		if is != was {
			list = append(list, fmt.Sprintf("%s (%s instead of %s)", what, shown(is), shown(was)))
		}
	}
	now("image", t.Image, serving[0].Inspect.Config.Image)
	for _, s := range t.Definition.Settings {
		if v := t.Values[s.Name]; v.Applies && s.Name != "version" && s.Name != "image" {
			now(s.Name, v.Text, t.Before[s.Name].Text)
		}
	}
	if t.Redefined {
		list = append(list, "the Compose file")
	}
	now("configuration file", t.ConfigFile, readable(configFileOf(t.Definition, serving[0])))
	for _, name := range slices.Sorted(maps.Keys(t.Env)) {
		if value, ok := variable(serving[0].Inspect.Config.Env, name); !ok || value != t.Env[name] {
			list = append(list, "variable "+name)
		}
	}
	return list
}

func shown(text string) string {
	if text == "" {
		return "none"
	}
	return text
}
