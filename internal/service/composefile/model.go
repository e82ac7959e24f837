package composefile

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/compose-spec/compose-go/v2/types"

	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/internal/service"
	"github.com/safeport/safeport/internal/settings"
)

// Model is what of the Compose project touches the host.
func (d *Definition) Model(values settings.Values, instance string) (*service.Model, error) {
	// Nothing here waits for anything: the files are read already.
	project, err := d.collapsed(context.Background(), values, instance)
	if err != nil {
		return nil, err
	}
	m := &service.Model{Where: d.files[0].path}
	entries := d.portEntries(d.lookup(values, instance))
	exposed := d.exposed(d.lookup(values, instance))
	for _, name := range project.ServiceNames() {
		s := project.Services[name]
		p := service.Part{
			Name: name, Where: d.whereIs(name), Image: s.Image, ContainerName: s.ContainerName, Scale: s.GetScale(), NetworkMode: s.NetworkMode,
			Command: slices.Concat(s.Entrypoint, s.Command), Env: environ(s), Rights: d.rightsOf(s),
		}
		if s.NetworkMode == "" {
			p.Networks = networks(project, s)
		}
		for _, text := range s.Expose {
			p.Exposed = append(p.Exposed, service.Exposed{Ports: text, Where: exposed[name+" "+text]})
		}
		for _, e := range s.Ports {
			made := d.published(e, entries.of(name, e))
			made.When = nil // it holds
			p.Published = append(p.Published, made)
		}
		m.Parts = append(m.Parts, p)
	}
	for _, v := range project.Volumes {
		if v.Name != "" {
			m.Volumes = append(m.Volumes, v.Name)
		}
	}
	slices.Sort(m.Volumes)
	return m, nil
}

// exposed is where each item under "expose:" is written, by "SERVICE ITEM".
func (d *Definition) exposed(lookup func(string) (string, bool)) map[string]string {
	where := map[string]string{}
	for name, at := range d.items("expose") {
		if text, err := substitute(at.node.Value, lookup); err == nil {
			where[name+" "+text] = at.where()
		}
	}
	return where
}

// whereIs is the place of a service in the files.
func (d *Definition) whereIs(name string) string {
	for _, f := range slices.Concat(d.files, d.related) {
		if n := child(child(f.top, "services"), name); n != nil {
			return fmt.Sprintf("%s:%d", f.path, n.Line)
		}
	}
	return d.files[0].path
}

// environ are the variables of a service that have a value.
func environ(s types.ServiceConfig) []string {
	var list []string
	for name, value := range s.Environment {
		if value != nil {
			list = append(list, name+"="+*value)
		}
	}
	slices.Sort(list)
	return list
}

// networks are those of a service, the one with the default route first as far as the file says.
func networks(project *types.Project, s types.ServiceConfig) []port.Network {
	names := s.Networks
	if len(names) == 0 {
		names = map[string]*types.ServiceNetworkConfig{"default": nil}
	}
	var list []port.Network
	for key, config := range names {
		n := network(project, key)
		if config != nil {
			n.Priority = config.GatewayPriority
		}
		list = append(list, n)
	}
	slices.SortFunc(list, func(x, y port.Network) int {
		return cmp.Or(cmp.Compare(y.Priority, x.Priority), cmp.Compare(x.Name, y.Name))
	})
	return list
}

// network is one of the file's networks. The default one need not stand in it.
func network(project *types.Project, key string) port.Network {
	c := project.Networks[key]
	n := port.Network{Name: c.Name, External: bool(c.External), Driver: c.Driver, Internal: c.Internal, Options: c.DriverOpts}
	n.IPv6 = c.EnableIPv6 != nil && *c.EnableIPv6
	if n.Name == "" && !n.External {
		n.Name = project.Name + "_" + key
	}
	n.Name = cmp.Or(n.Name, key)
	return n
}

// rightsOf is what the Compose file says of the rights of a service's program. What it leaves to the image is looked up
// where an engine has that.
func (d *Definition) rightsOf(s types.ServiceConfig) port.Container {
	c := port.Container{
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
