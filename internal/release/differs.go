package release

import (
	"maps"
	"slices"

	"safeport/internal/message"
)

// differs says in what the target is other than what serves, in words for a person; empty when it is the same.
func (t *Target) differs(serving []Serving) message.Phrases {
	if len(serving) == 0 {
		return nil
	}
	var list message.Phrases
	now := func(what message.Phrase, is, was string) {
		if is != was {
			list = append(list, message.Say("%s (%s instead of %s)", what, shown(is), shown(was)))
		}
	}
	now(message.Say("image"), t.Image, serving[0].Inspect.Config.Image)
	for _, s := range t.Definition.Settings {
		if v := t.Values[s.Name]; v.Applies && s.Name != "version" && s.Name != "image" {
			now(message.Say("%s", s.Name), v.Text, t.Before[s.Name].Text)
		}
	}
	if t.Redefined {
		list = append(list, message.Say("the Compose file"))
	}
	now(message.Say("configuration file"), t.ConfigFile, readable(configFileOf(t.Definition, serving[0])))
	for _, name := range slices.Sorted(maps.Keys(t.Env)) {
		if value, ok := variable(serving[0].Inspect.Config.Env, name); !ok || value != t.Env[name] {
			list = append(list, message.Say("variable %s", name))
		}
	}
	return list
}

func shown(text string) message.Phrase {
	if text == "" {
		return message.Say("none")
	}
	return message.Say("%s", text)
}
