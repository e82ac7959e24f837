package composefile

import (
	"slices"
	"strings"

	"github.com/safeport/safeport/internal/service"
	"github.com/safeport/safeport/internal/settings"
)

// chosenPorts are the published ports of the definition that a setting chooses.
func (d *Definition) chosenPorts() []service.ChosenPort {
	var list []service.ChosenPort
	for _, at := range d.items("ports") {
		if p, ok := d.chosenPort(at); ok {
			list = append(list, p)
		}
	}
	return list
}

// chosenPort reads an entry in the long syntax, which alone can name a setting for its port.
func (d *Definition) chosenPort(at item) (service.ChosenPort, bool) {
	n := at.node
	published, target := child(n, "published"), child(n, "target")
	if published == nil || target == nil {
		return service.ChosenPort{}, false
	}
	p := service.ChosenPort{Protocol: "tcp", Target: uint16(number(target.Value))}
	if n := child(n, "protocol"); n != nil {
		p.Protocol = n.Value
	}
	p.Setting = d.settingIn(published.Value)
	if n := child(n, "host_ip"); n != nil {
		p.Address = d.settingIn(n.Value)
	}
	if c, err := at.when(); err == nil {
		for _, term := range c {
			if s := d.Setting(term.Setting); term.Op == "set" && s != nil && s.Type == settings.Bool {
				p.Toggle = s.Name
			}
		}
	}
	// "${port_inside}", or "${api_port}" for a setting that is passed on
	if p.Inside = d.settingIn(strings.ReplaceAll(target.Value, "_inside}", "}")); p.Inside == "" {
		p.Inside = p.Setting
	}
	if s := d.Setting(p.Inside); s != nil && p.Target == 0 {
		p.Target = uint16(number(s.Default()))
	}
	return p, p.Setting != ""
}

// settingIn is the first setting that a text interpolates, or empty.
func (d *Definition) settingIn(text string) string {
	uses := variables(text)
	for _, s := range d.Settings {
		if slices.Contains(uses, service.Variable(s.Name)) {
			return s.Name
		}
	}
	return ""
}
