package service

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"safeport/internal/claim"
	"safeport/internal/settings"
)

// Existing are the settings that an installed container uses, as far as it shows them: its arguments, its environment,
// and the ports and the volume that it was given. What it leaves at the default is not in the result.
func (d *Definition) Existing(c claim.Container) map[string]string {
	found := map[string]string{}
	for i := range d.Settings {
		if s := &d.Settings[i]; s.Flag != "" || s.Env != "" {
			if text, ok := given(c, s); ok {
				found[s.Name] = text
			}
		}
	}
	if d.setting("network") != nil {
		found["network"] = "bridge"
		if c.Network == "host" {
			found["network"] = "host"
		}
	}
	if c.Network != "host" {
		d.existingPorts(c, found)
	}
	d.existingVolume(c, found)
	return found
}

// given is the value of a setting among a container's arguments ("--port 9090", "--port=9090", "--debug") or in its
// environment. Arguments weigh more, and of several the last one.
func given(c claim.Container, s *settings.Setting) (string, bool) {
	if s.Flag != "" {
		for i, arg := range slices.Backward(c.Args) {
			if value, ok := strings.CutPrefix(arg, "--"+s.Flag+"="); ok {
				return value, true
			}
			switch {
			case arg != "--"+s.Flag:
			case s.Type == settings.Bool:
				return "true", true
			case i+1 < len(c.Args):
				return c.Args[i+1], true
			}
		}
	}
	if s.Env != "" {
		return lookupEnv(c.Env, s.Env)
	}
	return "", false
}

func lookupEnv(env []string, name string) (string, bool) {
	for _, e := range slices.Backward(env) {
		if value, ok := strings.CutPrefix(e, name+"="); ok {
			return value, true
		}
	}
	return "", false
}

// existingPorts replaces the ports that the container listens on inside by those that they are published on.
func (d *Definition) existingPorts(c claim.Container, found map[string]string) {
	for _, e := range d.rawPorts() {
		inside := e.target
		if text, ok := found[e.setting]; ok {
			inside = uint16(atou(text))
		}
		delete(found, e.setting)
		i := slices.IndexFunc(c.Published, func(p claim.Publication) bool {
			return p.Container == inside && p.Protocol.String() == e.protocol && p.Host.Len() > 0
		})
		if i < 0 {
			continue
		}
		p := c.Published[i]
		found[e.setting] = p.Host.String()
		if e.address != "" && p.Addr.IsValid() {
			found[e.address] = p.Addr.String()
		}
	}
}

// existingVolume finds the volume at the data directory.
func (d *Definition) existingVolume(c claim.Container, found map[string]string) {
	for _, m := range c.Mounts {
		if d.setting("volume") != nil && m.Destination == d.Identity.Data && m.Volume != "" {
			found["volume"] = m.Volume
		}
	}
}

// rawPort is a published port that one setting chooses.
type rawPort struct {
	setting  string
	address  string // setting for the address, or empty
	protocol string
	target   uint16
}

// rawPorts are the published ports of the definition that a setting chooses.
func (d *Definition) rawPorts() []rawPort {
	var list []rawPort
	for _, at := range d.items("ports") {
		if p, ok := d.rawPort(at.node); ok {
			list = append(list, p)
		}
	}
	return list
}

// rawPort reads an entry in the long syntax, which alone can name a setting for its port.
func (d *Definition) rawPort(n *yaml.Node) (rawPort, bool) {
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
	if s := d.setting(p.setting); s != nil && p.target == 0 { // "${port_inside}"
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
