package desired

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/compose-spec/compose-go/v2/types"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/release/adopt"
	"github.com/safeport/safeport/internal/release/engine"
)

// Differs says in what the target is other than what serves, in words for a person; empty when it is the same.
func (t *Target) Differs(serving []engine.Serving) message.Phrases {
	if len(serving) == 0 {
		return nil
	}
	var list message.Phrases
	now := func(what message.Phrase, is, was string) {
		if is != was {
			list = append(list, message.Say("%s (%s instead of %s)", what, shown(is), shown(was)))
		}
	}
	told := map[string]bool{} // of several containers of a service one says it
	for _, s := range serving {
		name := s.ServiceOf(t.Service) + " " + s.Inspect.Config.Image
		if made, ok := t.Project.Services[s.ServiceOf(t.Service)]; ok && !told[name] {
			told[name] = true
			switch same := s.IsOf(made.Image); {
			case !same:
				now(t.imageOf(s), made.Image, s.Inspect.Config.Image)
			case s.ImageMoved:
				list = append(list, message.Say("%s (%s)", t.imageOf(s), message.Say("%s is another image now", made.Image)))
			}
		}
	}
	for _, s := range t.Definition.Settings {
		if v := t.Values[s.Name]; v.Applies && s.Name != "version" && s.Name != "image" {
			now(message.Say("%s", s.Name), v.Text, t.Before[s.Name].Text)
		}
	}
	switch {
	case len(t.Redefines) > 0:
		list = append(list, message.Say("the Compose file (%s)", t.Redefines))
	case t.Redefined && len(list) == 0:
		list = append(list, message.Say("the Compose file"))
	}
	list = append(list, t.changedSinceUp(serving)...)
	now(message.Say("configuration file"), t.ConfigFile, adopt.Readable(adopt.ConfigFileOf(t.Definition.Config, serving[0])))
	for _, name := range slices.Sorted(maps.Keys(t.Env)) {
		if value, ok := adopt.Variable(serving[0].Inspect.Config.Env, name); !ok || value != t.Env[name] {
			list = append(list, message.Say("variable %s", name))
		}
	}
	return list
}

// imageOf is what the image of a container is called: where there are several services, by its own.
func (t *Target) imageOf(s engine.Serving) message.Phrase {
	if len(t.Project.Services) == 1 {
		return message.Say("image")
	}
	return message.Say("image of service %s", s.ServiceOf(t.Service))
}

// changedSinceUp are the services that the files define otherwise than the project runs that "docker compose up" has made of
// them, or safeport whose journal was lost, as far as ports, mounts, variables and commands show it; sorted. There is no journal that would
// know.
func (t *Target) changedSinceUp(serving []engine.Serving) (list message.Phrases) {
	if serving[0].Project == "" && !t.Untold {
		return nil
	}
	count, other := map[string]int{}, map[string]bool{}
	for _, s := range serving {
		defined, ok := t.Project.Services[s.Service]
		count[s.Service]++
		other[s.Service] = other[s.Service] || !ok || !t.isMadeOf(s, defined, serving)
	}
	for name := range t.Project.Services {
		count[name] += 0
	}
	for _, name := range slices.Sorted(maps.Keys(count)) {
		defined, ok := t.Project.Services[name]
		switch scale := defined.GetScale(); {
		case !ok:
			list = append(list, message.Say("service %s is removed", name))
		case count[name] == 0 && scale > 0, other[name]:
			list = append(list, message.Say("service %s", name))
		case count[name] != scale:
			list = append(list, message.Say("containers of service %s (%d instead of %d)", name, scale, count[name]))
		}
	}
	return list
}

// isMadeOf says whether a container may have been made of a service as it is defined now.
func (t *Target) isMadeOf(s engine.Serving, defined types.ServiceConfig, serving []engine.Serving) bool {
	found := adopt.Observed(s)
	if s.Project != "" && adopt.HasMore(s, serving, defined) {
		return false
	}
	for name, value := range defined.Environment {
		if now, ok := adopt.Variable(s.Inspect.Config.Env, name); value != nil && (!ok || now != *value) {
			return false
		}
	}
	if defined.Command != nil && !slices.Equal(defined.Command, types.ShellCommand(s.Inspect.Config.Cmd)) {
		return false
	}
	published := func(ports []types.ServicePortConfig) []string {
		var list []string
		for _, p := range ports {
			list = append(list, fmt.Sprintf("%s/%s/%d/%s", p.HostIP, p.Published, p.Target, cmp.Or(p.Protocol, "tcp")))
		}
		slices.Sort(list)
		return list
	}
	if !slices.Equal(published(defined.Ports), published(found.Ports)) {
		return false
	}
	for _, v := range defined.Volumes {
		there := slices.ContainsFunc(found.Volumes, func(o types.ServiceVolumeConfig) bool {
			return o.Target == v.Target && (v.Source == "" || adopt.SourceOf(t.Project, t.Instance, v) == o.Source)
		})
		if !there && v.Type != types.VolumeTypeTmpfs {
			return false
		}
	}
	return true
}

func shown(text string) message.Phrase {
	if text == "" {
		return message.Say("none")
	}
	return message.Say("%s", text)
}
