package service

import (
	"slices"
	"strings"

	"github.com/compose-spec/compose-go/v2/types"

	"github.com/safeport/safeport/internal/port"
)

// containerOf is what the Compose file says of the rights of a service's program. What it leaves to the image is looked up
// where an engine has that.
func (d *Definition) containerOf(s types.ServiceConfig) *port.Container {
	c := &port.Container{
		Service: s.Name, Image: s.Image, User: s.User, BuiltIn: d.BuiltIn,
		OwnUsers: s.UserNSMode == "host", Sysctl: s.Sysctls["net.ipv4.ip_unprivileged_port_start"],
	}
	if len(s.Entrypoint) > 0 {
		c.Program = s.Entrypoint[0]
	}
	c.Bound, c.Added = port.Bounds("NET_BIND_SERVICE", s.CapDrop, s.CapAdd)
	c.Bound = c.Bound || s.Privileged
	c.NoSetcap = slices.ContainsFunc(s.SecurityOpt, func(o string) bool {
		name, value, _ := strings.Cut(strings.Replace(o, "=", ":", 1), ":")
		return name == "no-new-privileges" && value != "false"
	})
	return c
}

// onHost is the first service on the host's network: what the definition binds there, it binds.
func (d *Definition) onHost(p *types.Project) *port.Container {
	for _, name := range p.ServiceNames() {
		if s := p.Services[name]; s.NetworkMode == "host" && s.GetScale() > 0 {
			return d.containerOf(s)
		}
	}
	return nil
}
