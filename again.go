package safeport

import (
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/safeport/safeport/internal/host/holder"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/internal/settings"
)

// again is the command that asks again, with another value for an option unless that is empty.
func (q *question) again(changed, to string) string {
	if q.req.Again != nil {
		return q.req.Again(changed, to)
	}
	return "safeport check " + q.words(changed, to)
}

// words are the request as the command line takes it, for remedies that ask again: the same, or with another value for an
// option ("--port", "8080" or "--set", "network=bridge"), or with another port in the place of one that was given ("80",
// "8080").
func (q *question) words(changed, to string) string {
	var words []string
	for _, name := range q.req.Services {
		words = append(words, message.Quote(name))
	}
	option := func(name, value string) {
		if value != "" {
			words = append(words, name, message.Quote(value))
		}
	}
	if changed != "--name" {
		option("--name", q.req.Instance)
	}
	if strings.HasPrefix(changed, "--") {
		option(changed, to)
	}
	for _, file := range q.req.Files {
		option("--file", file)
	}
	for _, profile := range q.req.Profiles {
		option("--profile", profile)
	}
	option("--project-name", q.req.Project)
	for _, file := range q.req.EnvFiles {
		option("--env-file", file)
	}
	option("--config-file", q.req.ConfigFile)
	for _, name := range slices.Sorted(maps.Keys(q.req.Settings)) {
		if q.req.Settings[name] == "" {
			continue // as good as not chosen
		}
		if "--"+q.flagOf(name) != changed && !(changed == "--set" && strings.HasPrefix(to, name+"=")) {
			option("--set", name+"="+q.req.Settings[name])
		}
	}
	option("--as", q.req.As)
	option("--engine", q.req.Engine)
	for _, s := range q.req.Ignore {
		option("--ignore", s)
	}
	given := func(spec string) string {
		if spec == changed {
			return to
		}
		return spec
	}
	for _, s := range q.req.Publish {
		option("--publish", given(s))
	}
	for _, s := range q.req.Ports {
		words = append(words, message.Quote(given(s)))
	}
	return strings.Join(words, " ")
}

// flagOf is the flag of a setting of one of the services.
func (q *question) flagOf(setting string) string {
	for _, p := range q.parties {
		for _, s := range p.def.Settings {
			if s.Name == setting {
				return s.Flag
			}
		}
	}
	return ""
}

// mayLeave says whether the service of a want is on the host's network and could be on one of the engine's instead, where
// its own ports are in nobody's way.
func (q *question) mayLeave(w port.Want) bool {
	p := q.owner(w)
	return p != nil && p.instance.Trace == nil && p.wanted.values.Text("network") == "host" &&
		slices.ContainsFunc(p.def.Settings, func(s settings.Setting) bool {
			return s.Name == "network" && slices.Contains(s.Choices, "bridge")
		})
}

// asRoot is the same question with root's rights to look: root's own rights to bind, and what sudo leaves out of the
// environment, are made part of it. endpoint is that of the engine that answered.
func (q *question) asRoot(endpoint string) string {
	if q.req.Again != nil {
		return "sudo " + q.req.Again("", "")
	}
	root := *q
	if root.req.As == "" && len(root.req.Ports) > 0 && os.Geteuid() != 0 {
		root.req.As = holder.UserName(strconv.Itoa(os.Geteuid()))
	}
	if root.req.Engine == "" && endpoint != "" && len(q.endpoints) > 0 && q.endpoints[0].Chosen() {
		root.req.Engine = endpoint
	}
	return "sudo safeport check " + root.words("", "")
}
