package service

import (
	"net/netip"
	"strconv"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/internal/settings"
)

// bindWants are the ports that the service takes on the host's network itself, those whose conditions hold.
func (d *Definition) bindWants(values settings.Values) ([]port.Requirement, error) {
	var list []port.Requirement
	for _, b := range d.Binds {
		if s := d.Setting(b.Port); !b.When.Holds(values) || s != nil && !values[s.Name].Applies {
			continue
		}
		w, err := d.bindWant(b, values)
		if err != nil {
			return nil, message.Errorf("%s: bind %s: %w", b.Where, b.Name, err)
		}
		list = append(list, w)
	}
	return list, nil
}

// choose has a want say which setting its port comes from.
func choose(w *port.Requirement, s *settings.Setting, values settings.Values) {
	v := values[s.Name]
	w.Origin, w.Others, w.Setting = v.Origin, v.Overridden, s.Flag
}

func (d *Definition) bindWant(b Bind, values settings.Values) (port.Requirement, error) {
	w := port.Requirement{Name: b.Name, About: b.About, Service: d.Name, Web: b.Web, Shared: b.Reuse, UID: -1,
		Origin: port.Origin{Kind: "definition"}}
	if !d.BuiltIn { // there the user has no such file
		w.Origin.Where = b.Where
	}
	text := b.Port
	if s := d.Setting(b.Port); s != nil {
		text = values.Text(s.Name)
		choose(&w, s, values)
	}
	var err error
	if w.Protocol, err = port.ParseProtocol(b.Protocol); err != nil {
		return w, err
	}
	if w.Ports, err = port.ParseRange(text); err != nil {
		return w, err
	}
	if b.Address != "" {
		if w.Addr, err = netip.ParseAddr(b.Address); err != nil {
			return w, err
		}
	}
	switch b.Need {
	case "all":
	case "any":
		w.AnyOf = 1
	default:
		w.AnyOf, err = strconv.Atoi(b.Need)
	}
	return w, err
}
