package service

import (
	"cmp"
	"net/netip"
	"strconv"
	"strings"

	"github.com/compose-spec/compose-go/v2/types"

	"safeport/internal/message"
	"safeport/internal/port"
)

// service takes the ports of a service of the Compose project.
func (b *wantBuilder) service(s types.ServiceConfig) error {
	switch {
	case s.GetScale() == 0:
		return nil // no container of it is started
	case s.NetworkMode == "host":
		return b.host(s)
	case s.NetworkMode == "none", strings.HasPrefix(s.NetworkMode, types.ServicePrefix), strings.HasPrefix(s.NetworkMode, types.ContainerPrefix):
		return nil // it has no network of its own that anything could be published of
	}
	var last *portEntry
	for _, p := range s.Ports {
		w, e, err := b.published(s, p)
		if err != nil {
			return err
		}
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
	w := ranked{Want: port.Want{
		Name:    p.Name,
		About:   wordsOf(p.Extensions["x-about"]),
		Service: b.d.Name,
		Mode:    port.Publish,
		Origin:  port.Origin{Kind: "definition", Where: b.d.files[0].path},
	}, rank: len(b.entries.list), service: s.Name}
	w.Web, _ = p.Extensions["x-web"].(bool)
	if w.About == (message.Words{}) {
		w.About = message.Say("port %d of %s", p.Target, s.Name).Words()
	}
	if e != nil {
		w.Origin.Where, w.rank = e.where, e.rank
		if list := b.d.settingsOf(e); len(list) > 0 {
			choose(&w.Want, list[0], b.values)
		}
	}
	if err := fill(&w.Want, p, s.GetScale()); err != nil {
		return w, e, message.Errorf("%s: port of service %s: %w", w.Origin.Where, s.Name, err)
	}
	return w, e, nil
}

// fill sets the numbers of a port that is published by as many containers as scale says.
func fill(w *port.Want, p types.ServicePortConfig, scale int) error {
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
	if w.Ports.Len() < scale {
		return message.Errorf("%d containers cannot share %s: publish a range of %d ports", scale, w.Ports, scale)
	}
	if w.Ports.Len() > 1 {
		w.AnyOf = scale // a range for one port of each container: the engine takes any that is free
	}
	return nil
}
