package request

import (
	"maps"
	"slices"
	"strings"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/internal/settings"
)

// Again is the command that asks the same once more, with another value for an option unless that is empty.
func (q *Request) Again(changed, to string) string {
	if q.Options.Again != nil {
		return q.Options.Again(changed, to)
	}
	return "safeport check " + q.words(changed, to)
}

// words are the request as the command line takes it, for remedies that ask again: the same, or with another value for an
// option ("--port", "8080" or "--set", "network=bridge"), or with another port in the place of one that was given ("80",
// "8080").
func (q *Request) words(changed, to string) string {
	var words []string
	for _, name := range q.Options.Services {
		words = append(words, message.Quote(name))
	}
	option := func(name, value string) {
		if value != "" {
			words = append(words, name, message.Quote(value))
		}
	}
	if changed != "--name" {
		option("--name", q.Options.Instance)
	}
	if strings.HasPrefix(changed, "--") {
		option(changed, to)
	}
	for _, file := range q.Options.Files {
		option("--file", file)
	}
	for _, profile := range q.Options.Profiles {
		option("--profile", profile)
	}
	option("--project-name", q.Options.Project)
	for _, file := range q.Options.EnvFiles {
		option("--env-file", file)
	}
	option("--config-file", q.Options.ConfigFile)
	for _, name := range slices.Sorted(maps.Keys(q.Options.Settings)) {
		if q.Options.Settings[name] == "" {
			continue // as good as not chosen
		}
		if "--"+q.flagOf(name) != changed && !(changed == "--set" && strings.HasPrefix(to, name+"=")) {
			option("--set", name+"="+q.Options.Settings[name])
		}
	}
	option("--as", q.Options.As)
	option("--engine", q.Options.Engine)
	for _, s := range q.Options.Ignore {
		option("--ignore", s)
	}
	given := func(spec string) string {
		if spec == changed {
			return to
		}
		return spec
	}
	for _, s := range q.Options.Publish {
		option("--publish", given(s))
	}
	for _, s := range q.Options.Ports {
		words = append(words, message.Quote(given(s)))
	}
	return strings.Join(words, " ")
}

// flagOf is the flag of a setting of one of the services.
func (q *Request) flagOf(setting string) string {
	for _, p := range q.Services {
		for _, s := range p.Definition.Settings {
			if s.Name == setting {
				return s.Flag
			}
		}
	}
	return ""
}

// MayLeave says whether the service of a want is on the host's network and could be on one of the engine's instead, where
// its own ports are in nobody's way.
func (q *Request) MayLeave(w port.Requirement) bool {
	p := q.Owner(w)
	return p != nil && p.Instance.Trace == nil && p.Wanted.Values.Text("network") == "host" &&
		slices.ContainsFunc(p.Definition.Settings, func(s settings.Setting) bool {
			return s.Name == "network" && slices.Contains(s.Choices, "bridge")
		})
}
