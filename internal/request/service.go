package request

import (
	"context"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/instance"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/internal/service"
	"github.com/safeport/safeport/internal/settings"
	"github.com/safeport/safeport/report"
)

// Service is one of the services that are asked about.
type Service struct {
	Definition *service.Definition
	chosen     settings.Sources
	resolved   bool     // by whoever asks: what is there already makes no difference any more
	Name       string   // of the instance, when it was given
	Wanted     Resolved // what it wants: where nothing of it is there yet, and once it is placed, on this host
	Existing   map[string]string
	Instance   instance.Instance
}

// Resolved is what a service wants for its settings.
type Resolved struct {
	Wants  []port.Requirement
	Values settings.Values
	Notes  []settings.Note
}

func (q *Request) readServices() error {
	definitions, err := Definitions(q.Options)
	if err != nil {
		return err
	}
	if len(definitions) != 1 && q.Options.Instance != "" {
		return message.Errorf("--name requires exactly one service (gpustack)")
	}
	if len(definitions) == 0 && (len(q.Options.Settings) > 0 || q.Options.ConfigFile != "") {
		return message.Errorf("settings and --config-file require a service (gpustack)")
	}
	for _, d := range definitions {
		p := &Service{Definition: d, Name: q.Options.Instance}
		flags, options := q.settingsOf(d, definitions)
		p.chosen = settings.Sources{Flags: flags, Options: options, LookupEnv: q.Options.LookupEnv, ConfigFile: q.Options.ConfigFile}
		if p.Wanted, err = p.resolve(nil, ""); err != nil {
			return err
		}
		q.Services = append(q.Services, p)
	}
	return nil
}

// Definitions are the services that a request names.
func Definitions(req Options) ([]*service.Definition, error) {
	var list []*service.Definition
	for _, name := range req.Services {
		d, err := service.Lookup(name)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(list, func(o *service.Definition) bool { return o.Name == d.Name }) {
			return nil, message.Errorf("service %q is given twice", name)
		}
		list = append(list, d)
	}
	if len(req.Files) > 0 {
		if req.Compose == nil {
			return nil, message.Errorf("%s: this program does not read Compose files: the full safeport does", req.Files[0])
		}
		d, err := req.Compose(context.Background(), service.Project{
			Files: req.Files, Stdin: req.Stdin, Name: req.Project, Profiles: req.Profiles, EnvFiles: req.EnvFiles,
			Dir: req.Directory, Environ: os.Environ(), Variables: req.Variables,
		})
		if err != nil {
			return nil, err
		}
		list = append(list, d)
	} else if len(req.Profiles)+len(req.EnvFiles) > 0 || req.Project != "" {
		return nil, message.Errorf("--profile, --project-name and --env-file require a Compose file (compose.yaml)")
	}
	return list, nil
}

// settingsOf are the chosen settings that a definition has: those of that name, and before them those that are for this
// service alone ("gitea.port"). One that no definition has is left to the last of them, which then says so.
func (q *Request) settingsOf(d *service.Definition, all []*service.Definition) (chosen, options map[string]string) {
	has := func(d *service.Definition, name string) bool {
		return slices.ContainsFunc(d.Settings, func(s settings.Setting) bool { return s.Name == name })
	}
	chosen, options = map[string]string{}, map[string]string{}
	for key, value := range q.Options.Settings {
		of, name, dotted := strings.Cut(key, ".")
		if dotted && slices.ContainsFunc(all, func(o *service.Definition) bool { return o.Name == of }) {
			if of == d.Name {
				chosen[name], options[name] = value, "--set "+key
			}
			continue
		}
		known := slices.ContainsFunc(all, func(o *service.Definition) bool { return has(o, key) })
		_, special := q.Options.Settings[d.Name+"."+key]
		if !special && (has(d, key) || !known && d == all[len(all)-1]) {
			chosen[key] = value
		}
	}
	return chosen, options
}

// resolve finds what the service wants, given what an existing installation of it uses.
func (p *Service) resolve(existing map[string]string, container string) (Resolved, error) {
	src := p.chosen
	src.Existing, src.ExistingName = existing, container
	return Resolve(p.Definition, src)
}

// Resolve finds a service's settings and with them its ports.
func Resolve(d *service.Definition, src settings.Sources) (Resolved, error) {
	values, notes, err := d.Resolve(src)
	if err != nil {
		return Resolved{}, err
	}
	wants, err := d.Wants(values)
	return Resolved{wants, values, notes}, err
}

// Place finds the instance among the host's containers, or what is there of one without a container, and what is wanted
// given what it uses already.
func (p *Service) Place(containers []facts.Container, units []facts.Unit, files []string) (err error) {
	p.Instance = instance.Find(p.Definition, p.Name, containers)
	p.Instance.Legacy(p.Definition, units, files)
	switch t := p.Instance.Trace; {
	case len(p.Instance.Containers) > 0:
		c := p.Instance.Containers[0]
		p.Existing = p.Definition.Existing(c)
		if !p.resolved {
			p.Wanted, err = p.resolve(p.Existing, c.Name)
		}
	case t != nil:
		p.Existing = p.Definition.ExistingLegacy(*t)
		p.Wanted, err = p.resolve(p.Existing, TraceName(p.Definition, t))
	}
	return err
}

// Volumes are the names of the volumes that the service uses: those of its definition, and those that it has already.
func (p *Service) Volumes() []string {
	names := map[string]bool{}
	if volumes, err := p.Definition.Volumes(p.Wanted.Values, p.Instance.Name); err == nil {
		for _, v := range volumes {
			names[v] = true
		}
	}
	for _, c := range p.Instance.Containers {
		for _, m := range c.Mounts {
			names[m.Volume] = m.Volume != ""
		}
	}
	maps.DeleteFunc(names, func(_ string, used bool) bool { return !used })
	return slices.Sorted(maps.Keys(names))
}

// Owner is the party of a want, or nil for a port that was given as such.
func (q *Request) Owner(w port.Requirement) *Service {
	for _, p := range q.Services {
		if w.Service == p.Definition.Name {
			return p
		}
	}
	return nil
}

// Names are the services' names for a report: of their services, or of their instances.
func (q *Request) Names(of func(*Service) string) string {
	var words []string
	for _, p := range q.Services {
		words = append(words, of(p))
	}
	return strings.Join(words, ", ")
}

func (p *Service) InstanceName() string {
	switch {
	case p.Instance.Name != "":
		return message.Clean(p.Instance.Name)
	case p.Name != "":
		return p.Name
	}
	return p.Definition.Instance
}

func (p *Service) Situation() report.Situation {
	if p.Instance.Situation == "" {
		return report.Fresh // not looked for
	}
	return report.Situation(p.Instance.Situation)
}
