package service

import (
	"cmp"
	"net/netip"
	"slices"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/port"
)

// part takes the ports of a part.
func (b *wantBuilder) part(p *Part) error {
	switch {
	case p.Scale == 0:
		return nil // no container of it is started
	case p.NetworkMode == "host":
		return b.replicate(p, b.host)
	}
	return b.replicate(p, b.ports)
}

// replicate takes the ports of a part that is to run several times. All of its containers want the same ports, unless
// they are a range: that only the first one gets them shows as a conflict of the second.
func (b *wantBuilder) replicate(p *Part, take func(*Part) error) error {
	first := len(b.wants)
	if err := take(p); err != nil {
		return err
	}
	for _, w := range slices.Clone(b.wants[first:]) {
		if w.Ports.Len() > 0 && w.AnyOf < p.Scale && p.Scale > 1 {
			w.Replica = true
			b.wants = append(b.wants, w)
		}
	}
	return nil
}

// ports takes those that a part publishes.
func (b *wantBuilder) ports(p *Part) error {
	networks, unbound := p.networks()
	last := 0
	for _, e := range p.Published {
		w, err := b.published(p, e)
		if err != nil {
			return err
		}
		w.Networks, w.Unbound = networks, unbound
		// Compose makes one port each of "8000-8010:80-90"; they are one want again.
		if e.Entry != 0 && e.Entry == last && b.grow(w) {
			continue
		}
		last = e.Entry
		b.wants = append(b.wants, w)
	}
	return nil
}

// grow adds a port to the want before it, if it is the next one.
func (b *wantBuilder) grow(w ranked) bool {
	prev := &b.wants[len(b.wants)-1]
	if prev.AnyOf > 0 || w.AnyOf > 0 || w.Ports.Len() != 1 || int(w.Ports.First) != int(prev.Ports.Last)+1 {
		return false
	}
	prev.Ports.Last, prev.Target.Last = w.Ports.Last, w.Target.Last
	return true
}

func (b *wantBuilder) published(p *Part, e Published) (ranked, error) {
	w := ranked{Requirement: port.Requirement{
		Name:      e.Name,
		About:     e.About,
		Service:   b.d.Name,
		Mode:      port.Publish,
		Web:       e.Web,
		Container: p.rights(),
		Origin:    port.Origin{Kind: "definition", Where: cmp.Or(e.Where, b.model.Where)},
	}, rank: cmp.Or(e.Entry, unplaced), part: p.Name}
	if w.About == (message.Words{}) {
		w.About = message.Say("port %d of %s", atou(e.Target), p.Name).Words()
	}
	if len(e.Settings) > 0 {
		choose(&w.Requirement, b.d.Setting(e.Settings[0]), b.values)
	}
	if err := fill(&w.Requirement, e, p.Scale); err != nil {
		return w, message.Errorf("%s: port of service %s: %w", w.Origin.Where, p.Name, err)
	}
	return w, nil
}

// fill sets the numbers of a port that is published by as many containers as scale says.
func fill(w *port.Requirement, e Published, scale int) error {
	target, err := port.ParseRange(e.Target)
	if err != nil {
		return err
	}
	w.Target = target
	if w.Protocol, err = port.ParseProtocol(cmp.Or(e.Protocol, "tcp")); err != nil {
		return err
	}
	if e.HostIP != "" {
		if w.Addr, err = netip.ParseAddr(e.HostIP); err != nil {
			return message.Errorf("%q is not an IP address", e.HostIP)
		}
	}
	if e.Published == "" || e.Published == "0" {
		return nil // the engine picks one
	}
	if w.Ports, err = port.ParseRange(e.Published); err != nil {
		return err
	}
	if e.To != "" {
		w.Target.Last = uint16(atou(e.To))
		return nil
	}
	if w.Ports.Len() > 1 {
		w.AnyOf = min(scale, w.Ports.Len()) // a range for one port of each container: the engine takes any that is free
	}
	return nil
}
