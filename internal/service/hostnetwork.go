package service

import (
	"fmt"
	"net/netip"
	"slices"

	"github.com/compose-spec/compose-go/v2/types"
	"github.com/distribution/reference"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/internal/settings"
)

// host takes the ports of a service on the host's network: those that it exposes, and the container's side of those that
// it publishes, as the engine publishes nothing there and the program listens on its own port.
//
// Of an image that is a built-in service's it is known what it takes. Of another one that declares nothing it is not, and no
// port of it is judged: its name is kept.
func (b *wantBuilder) host(s types.ServiceConfig) error {
	known, err := b.known(s)
	if err != nil || known {
		return err
	}
	if len(s.Expose)+len(s.Ports)+len(b.d.Binds) == 0 {
		b.undeclared = append(b.undeclared, s.Name)
	}
	where, lookup := map[string]string{}, b.d.lookup(b.values, b.d.Instance) // each is written
	for name, at := range b.d.items("expose") {
		if name == s.Name {
			if text, err := substitute(at.node.Value, lookup); err == nil {
				where[text] = at.where()
			}
		}
	}
	for _, spec := range s.Expose {
		if err := b.exposed(s, spec, where); err != nil {
			return err
		}
	}
	for _, p := range s.Ports {
		w, _, err := b.published(s, p)
		if err != nil {
			return err
		}
		w.Mode, w.Addr, w.Ports, w.Target, w.AnyOf = port.Bind, netip.Addr{}, w.Target, port.Range{}, 0
		same := func(o ranked) bool { return o.service == s.Name && o.Protocol == w.Protocol && o.Ports == w.Ports }
		if !slices.ContainsFunc(b.wants, same) {
			b.wants = append(b.wants, w)
		}
	}
	return nil
}

func (b *wantBuilder) exposed(s types.ServiceConfig, spec string, where map[string]string) error {
	service := s.Name
	at, rank := b.d.files[0].path, len(b.entries.list)
	if place, ok := where[spec]; ok {
		at = place
	}
	w, err := port.Parse(spec)
	if err != nil {
		return message.Errorf("%s: exposed port of service %s: %w", at, service, err)
	}
	w.Name, w.About = "", message.Say("port %s of %s on the host's network", w.Ports, service).Words()
	w.Container = b.d.containerOf(s)
	w.Service, w.Origin = b.d.Name, port.Origin{Kind: "definition", Where: at}
	b.wants = append(b.wants, ranked{w, rank, service})
	return nil
}

// known takes the ports that a built-in service has on the host's network, if the image is one of its own and nothing is
// declared.
func (b *wantBuilder) known(s types.ServiceConfig) (bool, error) {
	if b.d.BuiltIn || len(s.Expose)+len(s.Ports)+len(b.d.Binds) > 0 {
		return false, nil
	}
	c := facts.Container{Name: s.ContainerName, Image: s.Image, Network: s.NetworkMode, Args: slices.Concat(s.Entrypoint, s.Command)}
	for name, value := range s.Environment {
		if value != nil {
			c.Env = append(c.Env, name+"="+*value)
		}
	}
	for _, name := range Names() {
		d, err := Lookup(name)
		if err != nil {
			return false, err
		}
		ours := slices.ContainsFunc(d.Identity.Images, func(image string) bool { return SameRepository(s.Image, image) })
		if !ours || !d.Identity.RoleFits(c) {
			continue
		}
		values, _, err := settings.Resolve(d.Settings, settings.Sources{Flags: d.chosenBy(c), Existing: d.Existing(c), ExistingName: s.Name})
		if err != nil {
			return false, message.Errorf("service %s: %w", s.Name, err)
		}
		wants, err := d.Wants(values)
		if err != nil {
			return false, message.Errorf("service %s: %w", s.Name, err)
		}
		for _, w := range wants {
			w.Service, w.Setting, w.Others = b.d.Name, "", nil
			if w.Mode == port.Publish {
				w.Mode, w.Ports, w.Target, w.AnyOf = port.Bind, w.Target, port.Range{}, 0
			}
			w.Origin = port.Origin{Kind: "definition", Where: b.d.whereIs(s.Name)}
			w.Networks, w.Unbound, w.Container = nil, 0, b.d.containerOf(s)
			b.wants = append(b.wants, ranked{w, len(b.entries.list), s.Name})
		}
		return true, nil
	}
	return false, nil
}

// chosenBy are the settings that a container on the host's network shows by where it is and by its image's tag.
func (d *Definition) chosenBy(c facts.Container) map[string]string {
	chosen := map[string]string{}
	if d.setting("network") != nil {
		chosen["network"] = c.Network
	}
	named, err := reference.ParseNormalizedNamed(c.Image)
	if tagged, ok := named.(reference.Tagged); err == nil && ok && d.setting("version") != nil {
		if s := d.setting("version"); s.Least == "" || settings.CompareVersions(tagged.Tag(), s.Least) >= 0 {
			chosen["version"] = tagged.Tag()
		}
	}
	return chosen
}

// whereIs is the place of a service in the files.
func (d *Definition) whereIs(service string) string {
	for _, f := range slices.Concat(d.files, d.related) {
		if n := child(child(f.top, "services"), service); n != nil {
			return fmt.Sprintf("%s:%d", f.path, n.Line)
		}
	}
	return d.files[0].path
}

// Undeclared are the services on the host's network of which nobody says which ports they take.
func (d *Definition) Undeclared(values settings.Values) ([]Undeclared, error) {
	if d.BuiltIn {
		return nil, nil
	}
	b, err := d.builder(values)
	if err != nil {
		return nil, err
	}
	var list []Undeclared
	for _, name := range b.undeclared {
		list = append(list, Undeclared{name, d.whereIs(name)})
	}
	return list, nil
}

// Undeclared is a service on the host's network whose ports are not known.
type Undeclared struct {
	Service string
	Where   string // file and line
}
