package exam

import (
	"fmt"
	"slices"
	"strings"

	"github.com/safeport/safeport/lab"
	"github.com/safeport/safeport/report"
)

// usersImage is one that names a user.
func usersImage(tag string, capable bool) lab.Image {
	return lab.Image{Tags: []string{tag}, Entrypoint: []string{"serve"}, Command: []string{"tcp::80"}, User: "1000:1000", Capable: capable}
}

// onHost is a Compose file with a service on the host's network, and the container that Compose makes of it.
func onHost(c lab.Container) (step, lab.Container) {
	c.HostNetwork, c.Args = true, []string{"tcp4:0.0.0.0:{P}"}
	return file("compose.yaml", composeOf(c, "network_mode: host, expose: [{P}]")), c
}

// composeOf writes a container as the only service of a Compose file.
func composeOf(c lab.Container, more string) string {
	text := fmt.Sprintf("name: rights\nservices: {web: {image: %q, %s", c.Image, more)
	if c.User != "" {
		text += fmt.Sprintf(", user: %q", c.User)
	}
	for key, list := range map[string][]string{"cap_add": c.CapAdd, "cap_drop": c.CapDrop, "security_opt": c.SecurityOpt} {
		if len(list) > 0 {
			text += fmt.Sprintf(", %s: [%s]", key, strings.Join(list, ", "))
		}
	}
	return text + "}}\n"
}

// containerRightsSituations ask whether the program of a container may bind its port.
func containerRightsSituations() []situation {
	denied := []report.Code{report.PermissionDenied}
	with := func(user string, drop, add []string) lab.Container {
		return lab.Container{Image: "someone/other:1", User: user, CapDrop: drop, CapAdd: add}
	}
	of := func(image string) lab.Container { return lab.Container{Image: image} }
	all, bindService := []string{"ALL"}, []string{"NET_BIND_SERVICE"}
	confined := of("someone/capable:1")
	confined.SecurityOpt = []string{"no-new-privileges:true"}
	rootOf := of("someone/user:1")
	rootOf.User = "0"
	type row struct {
		name string
		c    lab.Container
		on   engineKind
		s    situation
	}
	rows := []row{
		{name: "root", c: with("", nil, nil)},
		{name: "root, the port is held", c: with("", nil, nil), s: situation{given: []step{nginx("tcp::{P}")}, holder: process("nginx")}},
		{name: "root, by number", c: with("0:0", nil, nil)},
		{name: "a user", c: with("1000", nil, nil), s: situation{says: denied}},
		{name: "a user, the capability is added", c: with("1000", nil, bindService), s: situation{says: denied}},
		{name: "a user, privileged ports start at 0", c: with("1000", nil, nil), s: situation{given: []step{privilegedPortsStartAt("0")}}},
		{name: "root without capabilities", c: with("", all, nil), s: situation{says: denied}},
		{name: "root without that capability", c: with("", []string{"CAP_NET_BIND_SERVICE"}, nil), s: situation{says: denied}},
		{name: "root with that capability alone", c: with("", all, bindService)},
		{name: "root without another capability", c: with("", []string{"NET_RAW"}, nil)},
		{name: "the image's user", c: of("someone/user:1"), s: situation{says: denied}},
		{name: "root in an image that has a user", c: rootOf},
		{name: "the image's user, and its program has the capability", c: of("someone/capable:1")},
		{name: "the image's user, and its program may not use its capability", c: confined, s: situation{says: denied}},
		{name: "unprivileged: root", c: with("", nil, nil), s: situation{as: lab.Nobody}},
		{name: "unprivileged: a user", c: with("1000", nil, nil), s: situation{as: lab.Nobody, says: denied}},
		{name: "root", c: with("", nil, nil), on: podman},
		{name: "a user", c: with("1000", nil, nil), on: podman, s: situation{says: denied}},
		{name: "a user, the capability is added", c: with("1000", nil, bindService), on: podman},
		{name: "root without capabilities", c: with("", all, nil), on: podman, s: situation{says: denied}},
		{name: "root", c: with("", nil, nil), on: rootlessPodman, s: situation{says: denied}},
		{name: "root", c: with("", nil, nil), on: rootlessDocker, s: situation{says: []report.Code{report.NotPublished}}},
	}
	var list []situation
	for i, r := range rows {
		write, c := onHost(r.c)
		s := r.s
		s.name, s.on, s.port = "a container's rights: "+r.name+", low port of the host", proxied, 261+i
		if r.on != "" {
			s.name, s.on = string(r.on)+": "+s.name, mixed
			s.given = append([]step{speaking(r.on)}, s.given...)
		}
		s.given = append(slices.Clone(s.given), write)
		s.want = asking("{dir}/compose.yaml", []lab.Container{c}, "192.0.2.1:{P}")
		list = append(list, s)
	}
	high, c := onHost(with("1000", nil, nil))
	want := asking("{dir}/compose.yaml", []lab.Container{c}, "192.0.2.1:{P}")
	list = append(list,
		situation{name: "a container's rights: a user, high port of the host", on: proxied, want: want, given: []step{high}},
		situation{name: "rootless Podman: a container's rights: root, high port of the host", on: mixed, want: want, given: []step{speaking(rootlessPodman), high}},
		situation{name: "rootless Docker: a container's rights: root, high port of the host", on: mixed, want: want, given: []step{speaking(rootlessDocker), high},
			says: []report.Code{report.NotPublished}},
	)
	for _, kind := range []engineKind{"", podman, rootlessPodman} {
		for _, c := range []lab.Container{with("1000", nil, nil), with("", all, nil), of("someone/user:1"), with("", nil, nil)} {
			c.Publish = []string{"0.0.0.0:{P}:80"}
			s := situation{name: fmt.Sprintf("a container's rights: %s, user %q, without %v, low port of its own", c.Image, c.User, c.CapDrop), on: proxied}
			s.want = asking("{dir}/compose.yaml", []lab.Container{c}, "192.0.2.1:{P}")
			s.given = []step{file("compose.yaml", composeOf(c, "ports: ['0.0.0.0:{P}:80']"))}
			if kind != "" {
				s.name, s.on = string(kind)+": "+s.name, mixed
				s.given = append([]step{speaking(kind)}, s.given...)
			}
			list = append(list, s)
		}
	}
	return list
}
