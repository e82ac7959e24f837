package composefile

import (
	"go.yaml.in/yaml/v4"

	"github.com/safeport/safeport/internal/service"
	"github.com/safeport/safeport/internal/settings"
)

// readSection reads the x-safeport sections of the files, a later file's after an earlier one's, and checks that they
// make sense together.
func (d *Definition) readSection() error {
	for _, f := range d.files {
		if n := child(f.top, section); n != nil {
			if err := d.section(reader{f.path}, n); err != nil {
				return err
			}
		}
	}
	if err := d.checkSection(); err != nil {
		return err
	}
	d.Chosen = d.chosenPorts()
	return nil
}

func (d *Definition) section(r reader, n *yaml.Node) error {
	return r.mapping(n, section, fields{
		"about":    r.words(&d.About),
		"instance": r.text(&d.Instance),
		"settings": func(n *yaml.Node) error { return d.settings(r, n) },
		"identity": func(n *yaml.Node) error { return d.identity(r, n) },
		"legacy":   func(n *yaml.Node) error { return d.legacy(r, n) },
		"binds":    func(n *yaml.Node) error { return d.binds(r, n) },
		"config": func(n *yaml.Node) error {
			return r.mapping(n, "config", fields{
				"flag": r.text(&d.Config.Flag), "env": r.text(&d.Config.Env), "keys": r.list(&d.Config.Keys)})
		},
		"ready": func(n *yaml.Node) error {
			d.Ready = &service.Ready{Where: r.at(n)}
			return r.mapping(n, "ready", fields{
				"port": r.text(&d.Ready.Port), "path": r.text(&d.Ready.Path),
				"version": r.text(&d.Ready.Version), "within": r.duration(&d.Ready.Within)})
		},
		"backup": r.paths(&d.Backup),
		"login":  r.words(&d.Login),
	})
}

func (d *Definition) settings(r reader, n *yaml.Node) error {
	return r.each(n, "settings", func(key, value *yaml.Node) error {
		s := settings.Setting{Name: key.Value, Where: r.at(key), Type: settings.Text}
		var kind string
		err := r.mapping(value, "setting "+key.Value, fields{
			"flag": r.text(&s.Flag), "env": r.text(&s.Env), "key": r.text(&s.Key), "type": r.text(&kind),
			"default": r.chooses(&s.Defaults), "choices": r.list(&s.Choices), "size": r.chooses(&s.Size),
			"with": r.text(&s.With), "least": r.text(&s.Least), "newest": r.text(&s.Newest), "when": r.condition(&s.When), "about": r.words(&s.About), "follow": r.words(&s.Follow)})
		if kind != "" {
			s.Type = settings.Type(kind)
		}
		d.Settings = append(d.Settings, s)
		return err
	})
}

func (d *Definition) identity(r reader, n *yaml.Node) error {
	id := &d.Identity
	marks := func(to *service.Marks, what string) func(*yaml.Node) error {
		return func(n *yaml.Node) error {
			return r.mapping(n, what, fields{"args": r.list(&to.Args), "env": r.list(&to.Env), "names": r.list(&to.Names)})
		}
	}
	return r.mapping(n, "identity", fields{
		"images": r.list(&id.Images), "source": r.text(&id.Source), "data": r.text(&id.Data), "units": r.list(&id.Units),
		"has": marks(&id.Has, "has"), "without": marks(&id.Without, "without")})
}

func (d *Definition) legacy(r reader, n *yaml.Node) error {
	l := &service.Legacy{Implies: map[string]string{}, Where: r.at(n)}
	d.Legacy = l
	return r.mapping(n, "legacy", fields{
		"about": r.words(&l.About), "files": r.list(&l.Files), "moved": r.list(&l.Moved), "keeps": r.list(&l.Keeps),
		"implies": func(n *yaml.Node) error {
			return r.each(n, "implies", func(key, value *yaml.Node) error {
				var text string
				err := r.text(&text)(value)
				l.Implies[key.Value] = text
				return err
			})
		},
		"steps": func(n *yaml.Node) error { return readSteps(l, r, n) },
		"move": func(n *yaml.Node) error {
			l.Move = &service.Move{Where: r.at(n)}
			return r.mapping(n, "move", fields{"when": r.condition(&l.Move.When), "about": r.words(&l.Move.About), "run": r.text(&l.Move.Run)})
		},
	})
}

func readSteps(l *service.Legacy, r reader, n *yaml.Node) error {
	if n.Kind != yaml.SequenceNode {
		return r.errorf(n, "steps must be a list")
	}
	for _, item := range n.Content {
		s := service.Step{Where: r.at(item)}
		if err := r.mapping(item, "a step", fields{"about": r.words(&s.About), "run": r.text(&s.Run), "for": r.list(&s.For)}); err != nil {
			return err
		}
		l.Steps = append(l.Steps, s)
	}
	return nil
}

func (d *Definition) binds(r reader, n *yaml.Node) error {
	if n.Kind != yaml.SequenceNode {
		return r.errorf(n, "binds must be a list")
	}
	for _, item := range n.Content {
		b := service.Bind{Where: r.at(item), Protocol: "tcp", Need: "all"}
		err := r.mapping(item, "a bind", fields{
			"name": r.text(&b.Name), "about": r.words(&b.About), "port": r.text(&b.Port), "protocol": r.text(&b.Protocol),
			"address": r.text(&b.Address), "need": r.text(&b.Need), "web": r.flag(&b.Web), "reuse-port": r.flag(&b.Reuse), "when": r.condition(&b.When)})
		if err != nil {
			return err
		}
		d.Binds = append(d.Binds, b)
	}
	return nil
}
