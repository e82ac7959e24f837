package service

import (
	"cmp"
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strconv"

	"github.com/compose-spec/compose-go/v2/types"

	"safeport/internal/port"
	"safeport/internal/settings"
)

// Wants are the ports that the service needs on the host for the values, in the order of the definition. Ports that are
// wanted twice are listed twice: to say so is the verdict's.
func (d *Definition) Wants(values settings.Values) ([]port.Want, error) {
	// Nothing here waits for anything: the files are read already.
	project, err := d.Compose(context.Background(), values, d.Instance)
	if err != nil {
		return nil, err
	}
	b := wantBuilder{d: d, values: values, entries: d.portEntries(d.lookup(values, d.Instance))}
	for _, name := range project.ServiceNames() {
		if err := b.service(project.Services[name]); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(b.wants, func(x, y ranked) int { return cmp.Compare(x.rank, y.rank) })
	list := make([]port.Want, 0, len(b.wants)+len(d.Binds))
	for _, w := range b.wants {
		if w.Name == "" {
			w.Name = w.service + "-" + cmp.Or(w.Ports, w.Target).String()
		}
		list = append(list, w.Want)
	}
	own, err := d.bindWants(values)
	if err != nil {
		return nil, err
	}
	return unique(append(list, own...)), nil
}

// wantBuilder makes wants of the services of a Compose project.
type wantBuilder struct {
	d       *Definition
	values  settings.Values
	entries portEntries
	wants   []ranked
}

// ranked is a want with the place of its entry among all entries, and the service of the Compose file that it is of.
type ranked struct {
	port.Want
	rank    int
	service string
}

func (b *wantBuilder) service(s types.ServiceConfig) error {
	if s.NetworkMode == "host" {
		return b.host(s)
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
		About:   extension(p.Extensions, "x-about"),
		Service: b.d.Name,
		Mode:    port.Publish,
		Origin:  port.Origin{Kind: "definition", Where: b.d.files[0].path},
	}, rank: len(b.entries), service: s.Name}
	w.Web, _ = p.Extensions["x-web"].(bool)
	if w.About == "" {
		w.About = fmt.Sprintf("port %d of %s", p.Target, s.Name)
	}
	if e != nil {
		w.Origin.Where, w.rank = e.where, e.rank
		if list := b.d.settingsOf(e); len(list) > 0 {
			w.Origin, w.Setting = b.values[list[0].Name].Origin, list[0].Flag
		}
	}
	err := fill(&w.Want, p)
	if err != nil {
		err = fmt.Errorf("%s: port of service %s: %w", w.Origin.Where, s.Name, err)
	}
	return w, e, err
}

// fill sets the numbers of a published port.
func fill(w *port.Want, p types.ServicePortConfig) error {
	var err error
	if w.Protocol, err = port.ParseProtocol(cmp.Or(p.Protocol, "tcp")); err != nil {
		return err
	}
	if p.HostIP != "" {
		if w.Addr, err = netip.ParseAddr(p.HostIP); err != nil {
			return fmt.Errorf("%q is not an IP address", p.HostIP)
		}
	}
	w.Target = port.Single(uint16(p.Target))
	if p.Published == "" || p.Published == "0" {
		return nil // the engine picks one
	}
	if w.Ports, err = port.ParseRange(p.Published); err != nil {
		return err
	}
	if w.Ports.Len() > 1 {
		w.AnyOf = 1 // a range for one port of the container: the engine takes any that is free
	}
	return nil
}

func extension(x types.Extensions, key string) string {
	s, _ := x[key].(string)
	return s
}

// unique numbers the names that are there already, as a want's name is its key in the report.
func unique(list []port.Want) []port.Want {
	seen := map[string]int{}
	for i := range list {
		name := list[i].Name
		if seen[name]++; seen[name] > 1 {
			list[i].Name = name + "-" + strconv.Itoa(seen[name])
		}
	}
	return list
}

func atou(s string) uint32 {
	n, _ := strconv.ParseUint(s, 10, 16)
	return uint32(n)
}
