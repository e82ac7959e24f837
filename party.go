package safeport

import (
	"context"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/safeport/safeport/internal/claim"
	"github.com/safeport/safeport/internal/instance"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/internal/service"
	"github.com/safeport/safeport/internal/settings"
)

// party is one of the services that are asked about.
type party struct {
	def      *service.Definition
	chosen   settings.Sources
	name     string // of the instance, when it was given
	fresh    demand // what it wants where nothing of it is there yet
	wanted   demand // what it wants on this host
	existing map[string]string
	instance instance.Instance
}

// demand is what a service wants for its settings.
type demand struct {
	wants  []port.Want
	values settings.Values
	notes  []settings.Note
}

func (q *question) readServices() error {
	definitions, err := definitionsOf(q.req)
	if err != nil {
		return err
	}
	if len(definitions) != 1 && q.req.Instance != "" {
		return message.Errorf("--name is of one service: name it alone (gpustack)")
	}
	if len(definitions) == 0 && (len(q.req.Settings) > 0 || q.req.ConfigFile != "") {
		return message.Errorf("settings and a configuration file belong to a service: name one (gpustack)")
	}
	for _, d := range definitions {
		p := &party{def: d, name: q.req.Instance}
		p.chosen = settings.Sources{Flags: q.settingsOf(d, definitions), LookupEnv: q.req.LookupEnv, ConfigFile: q.req.ConfigFile}
		if p.fresh, err = p.resolve(nil, ""); err != nil {
			return err
		}
		p.wanted = p.fresh
		q.parties = append(q.parties, p)
	}
	return nil
}

// definitionsOf are the services that a request names.
func definitionsOf(req Options) ([]*service.Definition, error) {
	var list []*service.Definition
	for _, name := range req.Services {
		d, err := service.Lookup(name)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(list, func(o *service.Definition) bool { return o.Name == d.Name }) {
			return nil, message.Errorf("service %q is named twice", name)
		}
		list = append(list, d)
	}
	if len(req.Files) > 0 {
		d, err := service.Load(context.Background(), service.Project{
			Files: req.Files, Stdin: req.Stdin, Name: req.Project, Profiles: req.Profiles, EnvFiles: req.EnvFiles,
			Dir: req.Directory, Environ: os.Environ(),
		})
		if err != nil {
			return nil, err
		}
		list = append(list, d)
	} else if len(req.Profiles)+len(req.EnvFiles) > 0 || req.Project != "" {
		return nil, message.Errorf("profiles, a project's name and files of variables belong to a Compose file: name one (compose.yaml)")
	}
	return list, nil
}

// settingsOf are the chosen settings that a definition has. One that no definition has is left to the last of them, which
// then says so.
func (q *question) settingsOf(d *service.Definition, all []*service.Definition) map[string]string {
	has := func(d *service.Definition, name string) bool {
		return slices.ContainsFunc(d.Settings, func(s settings.Setting) bool { return s.Name == name })
	}
	chosen := map[string]string{}
	for name, value := range q.req.Settings {
		known := slices.ContainsFunc(all, func(o *service.Definition) bool { return has(o, name) })
		if has(d, name) || !known && d == all[len(all)-1] {
			chosen[name] = value
		}
	}
	return chosen
}

// resolve finds the service's settings and with them its ports, given what an existing installation of it uses.
func (p *party) resolve(existing map[string]string, container string) (demand, error) {
	src := p.chosen
	src.Existing, src.ExistingName = existing, container
	values, notes, err := p.def.Resolve(src)
	if err != nil {
		return demand{}, err
	}
	wants, err := p.def.Wants(values)
	return demand{wants, values, notes}, err
}

// place finds the instance among the host's containers, or what is there of one without a container, and what is wanted
// given what it uses already.
func (p *party) place(containers []claim.Container, units []claim.Unit, files []string) (err error) {
	p.instance = instance.Find(p.def, p.name, containers)
	p.instance.Legacy(p.def, units, files)
	switch t := p.instance.Trace; {
	case len(p.instance.Containers) > 0:
		c := p.instance.Containers[0]
		p.existing = p.def.Existing(c)
		p.wanted, err = p.resolve(p.existing, c.Name)
	case t != nil:
		p.existing = p.def.ExistingLegacy(*t)
		p.wanted, err = p.resolve(p.existing, traceName(p.def, t))
	}
	return err
}

// volumes are the names of the volumes that the service uses: those of its definition, and those that it has already.
func (p *party) volumes() []string {
	names := map[string]bool{}
	if project, err := p.def.Compose(context.Background(), p.wanted.values, p.instance.Name); err == nil {
		for _, v := range project.Volumes {
			names[v.Name] = v.Name != ""
		}
	}
	for _, c := range p.instance.Containers {
		for _, m := range c.Mounts {
			names[m.Volume] = m.Volume != ""
		}
	}
	maps.DeleteFunc(names, func(_ string, used bool) bool { return !used })
	return slices.Sorted(maps.Keys(names))
}

// owner is the party of a want, or nil for a port that was given as such.
func (q *question) owner(w port.Want) *party {
	for _, p := range q.parties {
		if w.Service == p.def.Name {
			return p
		}
	}
	return nil
}

// names are the parties' names for a report: of their services, or of their instances.
func (q *question) names(of func(*party) string) string {
	var words []string
	for _, p := range q.parties {
		words = append(words, of(p))
	}
	return strings.Join(words, ", ")
}

func (p *party) instanceName() string {
	switch {
	case p.instance.Name != "":
		return message.Clean(p.instance.Name)
	case p.name != "":
		return p.name
	}
	return p.def.Instance
}

func (p *party) situation() Situation {
	if p.instance.Situation == "" {
		return Fresh // not looked for
	}
	return Situation(p.instance.Situation)
}
