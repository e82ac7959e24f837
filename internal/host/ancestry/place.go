package ancestry

import (
	"slices"
	"strconv"
	"strings"

	"github.com/safeport/safeport/internal/facts"
)

// places adds what the cgroup of a process tells: the unit, the login, the container and the machine that it is in, as far
// as its parents are not in them too.
func (c *chain) places(p *process) {
	for _, l := range c.reader.placesOf(p) {
		known := func(o facts.Link) bool {
			return o.Kind == l.Kind && o.Name == l.Name && o.ID == l.ID && o.User == l.User
		}
		if l.Kind == facts.LinkContainer {
			known = func(o facts.Link) bool { return o.ID == l.ID }
		}
		if !slices.ContainsFunc(c.links, known) && !c.isMachine(l) {
			c.add(l)
		}
	}
}

var (
	loginScope  = compiled(`^session-(c?\d+)\.scope$`)
	managerUnit = compiled(`^user@(\d+)\.service$`)
	snapUnit    = compiled(`^snap\.([a-z0-9][a-z0-9_-]*\.[A-Za-z0-9][A-Za-z0-9-]*)(?:-[0-9a-f-]{36})?\.(?:service|scope)$`)
	flatpakUnit = compiled(`^app-flatpak-([\w.\\-]+)-\d+\.scope$`)
	nspawnUnit  = compiled(`^systemd-nspawn@(.+)\.service$`)
	openRC      = compiled(`^openrc\.([\w.-]+)$`)
	unitName    = compiled(`^[\w:.\\@-]{1,247}\.(?:service|socket|scope)$`)
	ofContainer = compiled(`^(?:docker|libpod|libpod-conmon|cri-containerd|crio|crio-conmon|machine)-.*\.scope$|^init\.scope$`)
)

// placesOf reads the path of a cgroup from the top: "/user.slice/user-1000.slice/session-3.scope".
func (r *Reader) placesOf(p *process) (list []facts.Link) {
	if known, ok := r.places[p.cgroup.Path]; ok {
		return known
	}
	defer func() { r.places[p.cgroup.Path] = list }()
	for name := range strings.SplitSeq(strings.Trim(p.cgroup.Path, "/"), "/") {
		match := func(re pattern) bool { return re().MatchString(name) }
		sub := func(re pattern) string { return re().FindStringSubmatch(name)[1] }
		switch {
		case match(loginScope):
			list = append(list, r.session(sub(loginScope)))
		case match(managerUnit):
			uid, _ := strconv.ParseUint(sub(managerUnit), 10, 32)
			list = append(list, facts.Link{Kind: facts.LinkManager, Name: "systemd --user", User: r.user(uint32(uid))})
		case match(snapUnit):
			list = append(list, facts.Link{Kind: facts.LinkApp, Name: "snap", Service: sub(snapUnit)})
		case match(flatpakUnit):
			list = append(list, facts.Link{Kind: facts.LinkApp, Name: "flatpak", Service: strings.ReplaceAll(sub(flatpakUnit), `\x2d`, "-")})
		case match(nspawnUnit):
			list = append(list, facts.Link{Kind: facts.LinkMachine, Name: strings.ReplaceAll(sub(nspawnUnit), `\x2d`, "-"), Service: "systemd-nspawn"})
		case strings.HasPrefix(name, "lxc.payload."):
			list = append(list, facts.Link{Kind: facts.LinkMachine, Name: strings.TrimPrefix(name, "lxc.payload."), Service: "lxc"})
		case match(openRC):
			list = append(list, facts.Link{Kind: facts.LinkSupervisor, Name: "openrc", Service: sub(openRC)})
		case match(ofContainer):
		case match(unitName):
			list = append(list, facts.Link{Kind: facts.LinkUnit, Name: name})
		}
	}
	if id := p.cgroup.ContainerID; id != "" {
		list = append(list, facts.Link{Kind: facts.LinkContainer, Name: id[:12], ID: id})
	}
	return list
}
