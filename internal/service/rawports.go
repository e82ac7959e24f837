package service

import (
	"slices"
	"strings"

	"github.com/safeport/safeport/internal/settings"
)

// rawPort is a published port that one setting chooses.
type rawPort struct {
	setting  string
	address  string // setting for the address, or empty
	toggle   string // setting that switches the publication on, or empty
	protocol string
	target   uint16
	inside   string // setting that says where the container listens, or empty
}

// rawPorts are the published ports of the definition that a setting chooses.
func (d *Definition) rawPorts() []rawPort {
	var list []rawPort
	for _, at := range d.items("ports") {
		if p, ok := d.rawPort(at); ok {
			list = append(list, p)
		}
	}
	return list
}

// rawPort reads an entry in the long syntax, which alone can name a setting for its port.
func (d *Definition) rawPort(at item) (rawPort, bool) {
	n := at.node
	published, target := child(n, "published"), child(n, "target")
	if published == nil || target == nil {
		return rawPort{}, false
	}
	p := rawPort{protocol: "tcp", target: uint16(atou(target.Value))}
	if n := child(n, "protocol"); n != nil {
		p.protocol = n.Value
	}
	p.setting = d.settingIn(published.Value)
	if n := child(n, "host_ip"); n != nil {
		p.address = d.settingIn(n.Value)
	}
	if c, err := at.when(); err == nil {
		for _, term := range c {
			if s := d.setting(term.Setting); term.Op == "set" && s != nil && s.Type == settings.Bool {
				p.toggle = s.Name
			}
		}
	}
	// "${port_inside}", or "${api_port}" for a setting that is passed on
	if p.inside = d.settingIn(strings.ReplaceAll(target.Value, "_inside}", "}")); p.inside == "" {
		p.inside = p.setting
	}
	if s := d.setting(p.inside); s != nil && p.target == 0 {
		p.target = uint16(atou(s.Default()))
	}
	return p, p.setting != ""
}

// settingIn is the first setting that a text interpolates, or empty.
func (d *Definition) settingIn(text string) string {
	uses := variables(text)
	for _, s := range d.Settings {
		if slices.Contains(uses, variable(s.Name)) {
			return s.Name
		}
	}
	return ""
}
