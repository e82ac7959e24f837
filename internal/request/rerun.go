package request

import (
	"maps"
	"slices"
	"strings"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/internal/settings"
	"github.com/safeport/safeport/report"
)

// Again is the command that asks the same once more, with another value for an option unless that is empty.
func (q *Request) Again(changed, to string) string {
	if q.Options.Again != nil {
		return q.Options.Again(changed, to)
	}
	return "safeport check " + q.words(changed, to)
}

// Check is the check with other values for options, each followed by its value.
func (q *Request) Check(options ...string) string { return "safeport check " + q.words(options...) }

// Next is the command that does what was asked about, with other values for options: after a check of one service it
// installs the service, or changes what is installed of it. It is empty where that is not all that was asked, and in a
// program that only looks: one that installs reads Compose files.
func (q *Request) Next(options ...string) string {
	o := q.Options
	if o.Again != nil || o.Compose == nil || len(q.Services) != 1 || len(o.Ports)+len(o.Publish) > 0 || o.As != "" || o.ReusePort {
		return ""
	}
	switch p := q.Services[0]; {
	case p.Situation() == report.Fresh:
		return "safeport install " + q.words(options...)
	case len(p.Instance.Containers) > 0:
		return "safeport upgrade " + q.words(options...)
	}
	return "" // what came before GPUStack's containers is no installation to be upgraded
}

// words are the request as the command line takes it, for remedies that ask again: the same, or with other values for
// options ("--port", "8080" or "--set", "network=bridge"), or with another port in the place of one that was given ("80",
// "8080").
func (q *Request) words(changes ...string) string {
	var words []string
	for _, name := range q.Options.Services {
		words = append(words, message.Quote(name))
	}
	option := func(name, value string) {
		if value != "" {
			words = append(words, name, message.Quote(value))
		}
	}
	changed := map[string]string{}
	for i := 0; i+1 < len(changes); i += 2 {
		if option, to := changes[i], changes[i+1]; option == "--set" {
			key, _, _ := strings.Cut(to, "=")
			changed["--set "+key] = to
		} else {
			changed[option] = to
		}
	}
	kept := func(option string) bool { _, found := changed[option]; return !found }
	if kept("--name") {
		option("--name", q.Options.Instance)
	}
	for i := 0; i+1 < len(changes); i += 2 {
		if strings.HasPrefix(changes[i], "--") {
			option(changes[i], changes[i+1])
		}
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
		if flag := "--" + q.settingOf(name).Flag; kept(flag) && kept("--set "+name) {
			words = append(words, q.asTyped(name)...)
		}
	}
	option("--as", q.Options.As)
	if q.Options.ReusePort {
		words = append(words, "--reuse-port")
	}
	if kept("--engine") {
		option("--engine", q.Options.Engine)
	}
	for _, s := range q.Options.Ignore {
		option("--ignore", s)
	}
	given := func(spec string) string {
		if to, found := changed[spec]; found {
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

// Option is the option that chooses the ports of a want. Of a flag that several of the services have it is the one of this
// service alone.
func (q *Request) Option(w port.Requirement, ports string) (option, value string) {
	having, name := 0, ""
	for _, p := range q.Services {
		for _, s := range p.Definition.Settings {
			if s.Flag != w.Setting {
				continue
			}
			having++
			if p.Definition.Name == w.Service {
				name = s.Name
			}
		}
	}
	if having < 2 || name == "" {
		return "--" + w.Setting, ports
	}
	return "--set", w.Service + "." + name + "=" + ports
}

// asTyped is a chosen setting as the command line takes it: by its flag, unless the flag has another meaning for another of
// the services.
func (q *Request) asTyped(name string) []string {
	setting, value := q.settingOf(name), q.Options.Settings[name]
	unlike := func(s settings.Setting) bool { return s.Flag == setting.Flag && s.Name != setting.Name }
	switch {
	case setting.Flag == "" || slices.ContainsFunc(q.Services, func(p *Service) bool { return slices.ContainsFunc(p.Definition.Settings, unlike) }):
		return []string{"--set", message.Quote(name + "=" + value)}
	case setting.Type == "bool" && value == "true":
		return []string{"--" + setting.Flag}
	case setting.Type == "bool":
		return []string{message.Quote("--" + setting.Flag + "=" + value)}
	}
	return []string{"--" + setting.Flag, message.Quote(value)}
}

// settingOf is the setting of that name of one of the services; none has it where it is for one of them alone ("gitea.port").
func (q *Request) settingOf(name string) settings.Setting {
	for _, p := range q.Services {
		for _, s := range p.Definition.Settings {
			if s.Name == name {
				return s
			}
		}
	}
	return settings.Setting{}
}

// MayLeave says whether the service of a want is on the host's network and could be on one of the engine's instead, where
// that port is in nobody's way: one that is published there is wanted of the host all the same.
func (q *Request) MayLeave(w port.Requirement) bool {
	p := q.Owner(w)
	if p == nil || p.Instance.Trace != nil || p.Wanted.Values.Text("network") != "host" ||
		!slices.ContainsFunc(p.Definition.Settings, func(s settings.Setting) bool {
			return s.Name == "network" && slices.Contains(s.Choices, "bridge")
		}) {
		return false
	}
	values := maps.Clone(p.Wanted.Values)
	network := values["network"]
	network.Text = "bridge"
	values["network"] = network
	wants, err := p.Definition.Wants(values)
	return err == nil && !slices.ContainsFunc(wants, func(o port.Requirement) bool {
		return o.Protocol == w.Protocol && o.Ports.Overlaps(w.Ports)
	})
}
