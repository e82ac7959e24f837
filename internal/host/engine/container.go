package engine

import (
	"cmp"
	"context"
	"maps"
	"net/netip"
	"slices"
	"strings"

	cerrdefs "github.com/containerd/errdefs"
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/api/types/network"
	"github.com/moby/moby/client"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/port"
)

// Labels that Compose writes on its containers.
const (
	labelProject   = "com.docker.compose.project"
	labelDirectory = "com.docker.compose.project.working_dir"
	labelFiles     = "com.docker.compose.project.config_files"
	labelPart      = "com.docker.compose.service"
	labelNumber    = "com.docker.compose.container-number"
)

// ours begins the names of the labels that safeport writes on its containers.
const ours = "io.safeport."

// Inherited says whether a container has safeport's labels from its image, which somebody made of a container that safeport had made
// ("docker commit"). safeport itself writes others each time.
func Inherited(labels, image map[string]string) bool {
	inherited := false
	for key, value := range labels {
		if !strings.HasPrefix(key, ours) {
			continue
		}
		if its, has := image[key]; !has || its != value {
			return false
		}
		inherited = true
	}
	return inherited
}

// hasOurs says whether a container has labels that safeport writes.
func hasOurs(c facts.Container) bool {
	for key := range c.Labels {
		if strings.HasPrefix(key, ours) {
			return true
		}
	}
	return false
}

// withoutOurs leaves out labels that say nothing of the container. What the engine cannot tell of an image is taken as it stands.
func withoutOurs(ctx context.Context, api *client.Client, c *facts.Container, imageID string) {
	image, err := api.ImageInspect(ctx, imageID)
	if err != nil || image.Config == nil || !Inherited(c.Labels, image.Config.Labels) {
		return
	}
	c.Labels = maps.Clone(c.Labels)
	maps.DeleteFunc(c.Labels, func(key, _ string) bool { return strings.HasPrefix(key, ours) })
}

func isNotFound(err error) bool { return cerrdefs.IsNotFound(err) }

// fromSummary takes what the list tells of a container.
func fromSummary(s container.Summary) facts.Container {
	c := facts.Container{
		ID:      s.ID,
		Image:   s.Image,
		Labels:  s.Labels,
		State:   string(s.State),
		Started: s.State != container.StateCreated,
		Network: s.HostConfig.NetworkMode,
	}
	// An image that Compose has built is labelled with the project and the service, and so is all that anybody runs of it.
	if s.Labels[labelNumber] != "" || s.Labels[labelDirectory] != "" {
		c.Project, c.Directory, c.Part = s.Labels[labelProject], s.Labels[labelDirectory], s.Labels[labelPart]
	}
	if files := s.Labels[labelFiles]; files != "" {
		c.Files = strings.Split(files, ",")
	}
	if c.Network == "default" {
		c.Network = "bridge"
	}
	for _, name := range s.Names {
		// "/web", and "/other/web" for a link to it.
		if name = strings.TrimPrefix(name, "/"); !strings.Contains(name, "/") {
			c.Name = name
		}
	}
	for _, m := range s.Mounts {
		c.Mounts = append(c.Mounts, mount(m))
	}
	c.Addresses = addresses(s.NetworkSettings)
	for _, p := range s.Ports {
		protocol, err := port.ParseProtocol(p.Type)
		if err != nil || p.PublicPort == 0 {
			continue // only exposed, or SCTP
		}
		c.Published = append(c.Published, facts.Publication{
			Protocol: protocol, Addr: p.IP, Host: port.Single(p.PublicPort), Container: p.PrivatePort,
		})
	}
	return c
}

// addDetails adds what only an inspection tells. What a container publishes stands in its network settings while it runs,
// and in its configuration alone while it does not.
func addDetails(c *facts.Container, d container.InspectResponse) {
	c.Args = append([]string{d.Path}, d.Args...)
	if d.State != nil {
		c.State, c.PID = string(d.State.Status), d.State.Pid
		c.Started = !strings.HasPrefix(d.State.StartedAt, "0001-") && d.State.StartedAt != ""
	}
	if d.Config != nil {
		c.Env = d.Config.Env
		if strings.HasPrefix(c.Image, "sha256:") || c.Image == "" {
			c.ImageTags = append(c.ImageTags, d.Config.Image)
		}
	}
	if len(d.Mounts) > 0 {
		c.Mounts = nil
		for _, m := range d.Mounts {
			c.Mounts = append(c.Mounts, mount(m))
		}
	}
	if d.HostConfig == nil {
		return
	}
	addConfig(c, kept{PortBindings: d.HostConfig.PortBindings, RestartPolicy: d.HostConfig.RestartPolicy, NetworkMode: d.HostConfig.NetworkMode})
	if runs(c.State) && d.NetworkSettings != nil {
		c.Published = publications(d.NetworkSettings.Ports)
	}
}

// addConfig adds how the container was configured.
func addConfig(c *facts.Container, k kept) {
	c.Restart, c.Halted = cmp.Or(string(k.RestartPolicy.Name), "no"), k.halted
	if c.Network == "" {
		c.Network = string(k.NetworkMode)
	}
	if !runs(c.State) {
		c.Published = publications(k.PortBindings)
	}
}

func publications(ports network.PortMap) []facts.Publication {
	var published []facts.Publication
	for to, bindings := range ports {
		protocol, err := port.ParseProtocol(string(to.Proto()))
		if err != nil {
			continue // SCTP
		}
		for _, b := range bindings {
			p := facts.Publication{Protocol: protocol, Addr: b.HostIP, Container: to.Num()}
			// Empty or 0: the engine picks a port when the container starts.
			if r, err := port.ParseRange(b.HostPort); err == nil {
				p.Host = r
			}
			published = append(published, p)
		}
	}
	// The engine's map has no order; what is told of a container is the same each time.
	slices.SortFunc(published, func(a, b facts.Publication) int {
		return cmp.Or(cmp.Compare(a.Container, b.Container), cmp.Compare(a.Protocol, b.Protocol),
			cmp.Compare(a.Host.First, b.Host.First), a.Addr.Compare(b.Addr))
	})
	return published
}

// addresses are the container's own, by which rules send packets to it.
func addresses(s *container.NetworkSettingsSummary) (all []netip.Addr) {
	if s == nil {
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(s.Networks)) {
		for _, a := range []netip.Addr{s.Networks[name].IPAddress, s.Networks[name].GlobalIPv6Address} {
			if a.IsValid() {
				all = append(all, a)
			}
		}
	}
	return all
}

func mount(m container.MountPoint) facts.Mount {
	return facts.Mount{Volume: m.Name, Source: m.Source, Destination: m.Destination}
}

// runs says whether a container in the state has its ports.
func runs(state string) bool { return state == "running" || state == "paused" }

// Port uses are the ports that the engine's containers and services have or will take.
func (a Answer) Claims() []facts.PortUse {
	var claims []facts.PortUse
	for _, c := range slices.Concat(a.Containers, a.Services) {
		state := facts.Stopped
		if runs(c.State) {
			state = facts.Published
		}
		for _, p := range inARow(c.Published) {
			for _, b := range a.bindings(p) {
				claims = append(claims, facts.PortUse{
					Protocol: p.Protocol, Binding: b, Ports: p.Host, State: state, Source: a.Name, Owner: c,
				})
			}
		}
	}
	return claims
}

// inARow puts published ports that follow each other together: a range of a thousand is a thousand publications to the
// engine. One of which the engine picks a port when the container starts stays as it is, or is left out where it may pick
// any.
func inARow(published []facts.Publication) []facts.Publication {
	sorted := slices.DeleteFunc(slices.Clone(published), func(p facts.Publication) bool { return p.Host.Len() == 0 })
	slices.SortFunc(sorted, func(a, b facts.Publication) int {
		return cmp.Or(cmp.Compare(a.Protocol, b.Protocol), a.Addr.Compare(b.Addr), cmp.Compare(a.Host.First, b.Host.First))
	})
	var rows []facts.Publication
	picked := true
	for _, p := range sorted {
		last := len(rows) - 1
		if single := p.Host.Len() == 1; single && !picked && rows[last].Protocol == p.Protocol && rows[last].Addr == p.Addr &&
			rows[last].Host.Last+1 == p.Host.First {
			rows[last].Host.Last = p.Host.First
		} else {
			rows, picked = append(rows, p), !single
		}
	}
	return rows
}

func (a Answer) bindings(p facts.Publication) []port.Binding {
	switch {
	case p.Addr.IsValid():
		return []port.Binding{{Addr: p.Addr, V6Only: true}}
	case a.IPv4Only:
		return []port.Binding{port.AnyV4}
	}
	return []port.Binding{port.AnyV4, port.AnyV6}
}
