package service

import (
	"cmp"
	"net/netip"
	"slices"
	"strconv"

	"github.com/compose-spec/compose-go/v2/types"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/port"
)

// service takes the ports of a service of the Compose project.
func (b *wantBuilder) service(s types.ServiceConfig) error {
	switch {
	case s.GetScale() == 0:
		return nil // no container of it is started
	case s.NetworkMode == "host":
		return b.replicate(s, b.host)
	}
	return b.replicate(s, b.ports)
}

// replicate takes the ports of a service that is to run several times. All of its containers want the same ports, unless
// they are a range: that only the first one gets them shows as a conflict of the second.
func (b *wantBuilder) replicate(s types.ServiceConfig, take func(types.ServiceConfig) error) error {
	first := len(b.wants)
	if err := take(s); err != nil {
		return err
	}
	for _, w := range slices.Clone(b.wants[first:]) {
		if w.Ports.Len() > 0 && w.AnyOf < s.GetScale() && s.GetScale() > 1 {
			w.Replica = true
			b.wants = append(b.wants, w)
		}
	}
	return nil
}

// ports takes those that a service publishes.
func (b *wantBuilder) ports(s types.ServiceConfig) error {
	networks, unbound := b.networks(s)
	var last *portEntry
	for _, p := range s.Ports {
		w, e, err := b.published(s, p)
		if err != nil {
			return err
		}
		w.Networks, w.Unbound = networks, unbound
		// The loader makes one port each of "8000-8010:80-90"; they are one want again.
		if e != nil && e == last && b.grow(w) {
			continue
		}
		last = e
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

func (b *wantBuilder) published(s types.ServiceConfig, p types.ServicePortConfig) (ranked, *portEntry, error) {
	e := b.entries.of(s.Name, p)
	w := ranked{Requirement: port.Requirement{
		Name:      p.Name,
		About:     wordsOf(p.Extensions["x-about"]),
		Service:   b.d.Name,
		Mode:      port.Publish,
		Container: b.d.containerOf(s),
		Origin:    port.Origin{Kind: "definition", Where: b.d.files[0].path},
	}, rank: len(b.entries.list), service: s.Name}
	w.Web, _ = p.Extensions["x-web"].(bool)
	if w.About == (message.Words{}) {
		w.About = message.Say("port %d of %s", p.Target, s.Name).Words()
	}
	if e != nil {
		w.Origin.Where, w.rank = e.where, e.rank
		if list := b.d.settingsOf(e); len(list) > 0 {
			choose(&w.Requirement, list[0], b.values)
		}
	}
	if err := fill(&w.Requirement, p, s.GetScale()); err != nil {
		return w, e, message.Errorf("%s: port of service %s: %w", w.Origin.Where, s.Name, err)
	}
	if last, ok := rangeEndOf(p); ok {
		w.AnyOf, w.Target.Last = 0, uint16(last)
	}
	return w, e, nil
}

// fill sets the numbers of a port that is published by as many containers as scale says.
func fill(w *port.Requirement, p types.ServicePortConfig, scale int) error {
	target, err := port.ParseRange(strconv.FormatUint(uint64(p.Target), 10))
	if err != nil {
		return err
	}
	w.Target = target
	if w.Protocol, err = port.ParseProtocol(cmp.Or(p.Protocol, "tcp")); err != nil {
		return err
	}
	if p.HostIP != "" {
		if w.Addr, err = netip.ParseAddr(p.HostIP); err != nil {
			return message.Errorf("%q is not an IP address", p.HostIP)
		}
	}
	if p.Published == "" || p.Published == "0" {
		return nil // the engine picks one
	}
	if w.Ports, err = port.ParseRange(p.Published); err != nil {
		return err
	}
	if w.Ports.Len() > 1 {
		w.AnyOf = min(scale, w.Ports.Len()) // a range for one port of each container: the engine takes any that is free
	}
	return nil
}
