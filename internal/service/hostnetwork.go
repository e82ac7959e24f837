package service

import (
	"cmp"
	"net/netip"
	"slices"

	"github.com/distribution/reference"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/internal/settings"
)

// host takes the ports of a part on the host's network: those that it exposes, and the container's side of those that it
// publishes, as the engine publishes nothing there and the program listens on its own port.
//
// Of an image that is a built-in service's it is known what it takes. Of another one that declares nothing it is not, and no
// port of it is judged: it is kept.
func (b *wantBuilder) host(p *Part) error {
	known, err := b.known(p)
	if err != nil || known {
		return err
	}
	if len(p.Exposed)+len(p.Published)+len(b.d.Binds) == 0 {
		b.undeclared = append(b.undeclared, p)
	}
	for _, e := range p.Exposed {
		if err := b.exposed(p, e); err != nil {
			return err
		}
	}
	for _, e := range p.Published {
		w, err := b.published(p, e)
		if err != nil {
			return err
		}
		w.Mode, w.Addr, w.Ports, w.Target, w.AnyOf = port.Bind, netip.Addr{}, w.Target, port.Range{}, 0
		same := func(o ranked) bool { return o.part == p.Name && o.Protocol == w.Protocol && o.Ports == w.Ports }
		if !slices.ContainsFunc(b.wants, same) {
			b.wants = append(b.wants, w)
		}
	}
	return nil
}

func (b *wantBuilder) exposed(p *Part, e Exposed) error {
	at := cmp.Or(e.Where, b.model.Where)
	w, err := port.Parse(e.Ports)
	if err != nil {
		return message.Errorf("%s: exposed port of service %s: %w", at, p.Name, err)
	}
	w.Name, w.About = "", message.Say("port %s of %s on the host's network", w.Ports, p.Name).Words()
	w.Container = p.rights()
	w.Service, w.Origin = b.d.Name, port.Origin{Kind: "definition", Where: at}
	b.wants = append(b.wants, ranked{w, unplaced, p.Name})
	return nil
}

// known takes the ports that a built-in service has on the host's network, if the image is one of its own and nothing is
// declared.
func (b *wantBuilder) known(p *Part) (bool, error) {
	if b.d.BuiltIn || len(p.Exposed)+len(p.Published)+len(b.d.Binds) > 0 {
		return false, nil
	}
	c := facts.Container{Name: p.ContainerName, Image: p.Image, Network: p.NetworkMode, Args: p.Command, Env: p.Env}
	for _, name := range Names() {
		d, err := Lookup(name)
		if err != nil {
			return false, err
		}
		ours := slices.ContainsFunc(d.Identity.Images, func(image string) bool { return SameRepository(p.Image, image) })
		if !ours || !d.Identity.RoleFits(c) {
			continue
		}
		values, _, err := settings.Resolve(d.Settings, settings.Sources{Flags: d.chosenBy(c), Existing: d.Existing(c), ExistingName: p.Name})
		if err != nil {
			return false, message.Errorf("service %s: %w", p.Name, err)
		}
		wants, err := d.Wants(values)
		if err != nil {
			return false, message.Errorf("service %s: %w", p.Name, err)
		}
		for _, w := range wants {
			w.Service, w.Setting, w.Others = b.d.Name, "", nil
			if w.Mode == port.Publish {
				w.Mode, w.Ports, w.Target, w.AnyOf = port.Bind, w.Target, port.Range{}, 0
			}
			w.Origin = port.Origin{Kind: "definition", Where: p.Where}
			w.Networks, w.Unbound, w.Container = nil, 0, p.rights()
			b.wants = append(b.wants, ranked{w, unplaced, p.Name})
		}
		return true, nil
	}
	return false, nil
}

// chosenBy are the settings that a container on the host's network shows by where it is and by its image's tag.
func (d *Definition) chosenBy(c facts.Container) map[string]string {
	chosen := map[string]string{}
	if d.Setting("network") != nil {
		chosen["network"] = c.Network
	}
	named, err := reference.ParseNormalizedNamed(c.Image)
	if tagged, ok := named.(reference.Tagged); err == nil && ok && d.Setting("version") != nil {
		if s := d.Setting("version"); s.Least == "" || settings.CompareVersions(tagged.Tag(), s.Least) >= 0 {
			chosen["version"] = tagged.Tag()
		}
	}
	return chosen
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
	for _, p := range b.undeclared {
		list = append(list, Undeclared{p.Name, p.Where})
	}
	return list, nil
}

// Undeclared is a service on the host's network whose ports are not known.
type Undeclared struct {
	Service string
	Where   string // file and line
}
