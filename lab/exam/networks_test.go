package exam

import (
	"github.com/safeport/safeport/lab"
	"github.com/safeport/safeport/report"
)

// networkSituations have a container in networks that decide where its port is published.
func networkSituations() []situation {
	const hostBinding = "com.docker.network.bridge.host_binding_ipv4"
	none := []report.Code{report.NotPublished}
	refuses := []report.Code{report.EngineRefuses}
	web := func(networks ...string) []lab.Container {
		return []lab.Container{{Image: "someone/other:1", Publish: []string{"{P}:80"}, Networks: networks}}
	}
	compose := func(service, networks string) step {
		return file("compose.yaml", "name: nets\nservices: {web: {image: 'someone/other:1', ports: ['{P}:80'], "+service+"}}\nnetworks: {"+networks+"}\n")
	}
	ask := func(networks ...string) want { return asking("{dir}/compose.yaml", web(networks...), "{P}") }
	at := func(networks ...string) want { return asking("{dir}/compose.yaml", web(networks...), "192.0.2.1:{P}") }
	inner := lab.Network{Name: "nets_inner", Internal: true}
	outer := lab.Network{Name: "nets_outer"}
	bound := lab.Network{Name: "nets_outer", Options: map[string]string{hostBinding: "192.0.2.1"}}
	shared := lab.Network{Name: "shared", Options: map[string]string{hostBinding: "192.0.2.1"}}
	vlan := func(name, driver string) lab.Network {
		return lab.Network{Name: name, Driver: driver, Options: map[string]string{"parent": "eth0"}}
	}
	boundFile := compose("networks: [outer]", "outer: {driver_opts: {"+hostBinding+": 192.0.2.1}}")
	local, everywhere := nginx("tcp4:127.0.0.1:{P}"), nginx("tcp::{P}")
	nobody := []lab.Container{{Image: "someone/other:1", Publish: []string{"{P}:80"}, NoNetwork: true}}
	vpn := lab.Container{Name: "vpn", Image: "nginx:1.27"}
	all := []situation{
		{name: "internal", want: ask("nets_inner").in(inner), given: []step{compose("networks: [inner]", "inner: {internal: true}")}, says: none},
		{name: "internal, and the port is held", want: ask("nets_inner").in(inner), given: []step{compose("networks: [inner]", "inner: {internal: true}"), everywhere},
			says: none, silent: []report.Code{report.PortInUse}},
		{name: "internal, and another beside it", want: ask("nets_inner", "nets_outer").in(inner, outer),
			given: []step{compose("networks: [inner, outer]", "inner: {internal: true}, outer: {}")}, silent: none},
		{name: "internal, made before", want: ask("apart"), given: []step{made(lab.Network{Name: "apart", Internal: true}),
			compose("networks: [apart]", "apart: {external: true}")}, says: none},
		{name: "macvlan", want: ask("nets_vlan").in(vlan("nets_vlan", "macvlan")), given: []step{compose("networks: [vlan]", "vlan: {driver: macvlan, driver_opts: {parent: eth0}}")}, says: none},
		{name: "ipvlan", want: ask("nets_vlan").in(vlan("nets_vlan", "ipvlan")), given: []step{compose("networks: [vlan]", "vlan: {driver: ipvlan, driver_opts: {parent: eth0}}")}, says: none},
		{name: "macvlan before a bridge", want: ask("nets_a", "nets_outer").in(vlan("nets_a", "macvlan"), outer), says: none,
			given: []step{compose("networks: [a, outer]", "a: {driver: macvlan, driver_opts: {parent: eth0}}, outer: {}")}},
		{name: "a bridge before macvlan", want: ask("nets_outer", "nets_z").in(outer, vlan("nets_z", "macvlan")), silent: none,
			given: []step{compose("networks: [outer, z]", "z: {driver: macvlan, driver_opts: {parent: eth0}}, outer: {}")}},
		{name: "none", want: asking("{dir}/compose.yaml", nobody, "{P}"), given: []step{compose("network_mode: none", "")}, says: none},
		{name: "another service's", want: asking("{dir}/compose.yaml", []lab.Container{vpn, {Image: "someone/other:1", Publish: []string{"{P}:80"}, Networks: []string{"container:vpn"}}}, "{P}"),
			given: []step{file("compose.yaml", "name: nets\nservices: {vpn: {image: 'nginx:1.27'}, web: {image: 'someone/other:1', ports: ['{P}:80'], network_mode: 'service:vpn'}}\n")}, says: refuses},
		{name: "bound to an address", want: at("nets_outer").in(bound), given: []step{boundFile}},
		{name: "bound to an address, a listener on another", want: at("nets_outer").in(bound), given: []step{boundFile, local}},
		{name: "bound to an address, a listener on it", want: at("nets_outer").in(bound), given: []step{boundFile, nginx("tcp4:192.0.2.1:{P}")}, holder: process("nginx")},
		{name: "bound to an address, made before, a listener on another", want: at("shared"), given: []step{made(shared), compose("networks: [shared]", "shared: {external: true}"), local}},
		{name: "two containers of a service", given: []step{compose("deploy: {replicas: 2}", "")}, says: []report.Code{report.DuplicatePort},
			want: asking("{dir}/compose.yaml", append(web(), web()...), "{P}")},
		{name: "daemon's own address, a listener on another, publish", want: publish(""), given: []step{configured(`{"ip": "192.0.2.1"}`), local, reachedAtV4}},
		{name: "daemon's own address, a listener on it, publish", want: publish(""), given: []step{configured(`{"ip": "192.0.2.1"}`), nginx("tcp4:192.0.2.1:{P}"), reachedAtV4}, holder: process("nginx")},
		{name: "forwarding is dropped, a network of its own", want: ask("nets_outer").in(outer), given: []step{policy("iptables", "FORWARD"), compose("networks: [outer]", "outer: {}")}, silent: []report.Code{report.BlockedOutside}},
		{name: "the daemon has no default network, publish", want: publish(""), given: []step{configured(`{"bridge": "none"}`)}, says: none},
		{name: "the daemon has no default network, publish on [::1]", want: publish("::1"), given: []step{configured(`{"bridge": "none"}`)}, says: none},
		{name: "the daemon has no default network, bind", want: bind(""), given: []step{configured(`{"bridge": "none"}`)}, silent: none},
		{name: "the daemon has no default network, a network of its own", want: ask("nets_outer").in(outer), given: []step{configured(`{"bridge": "none"}`), compose("networks: [outer]", "outer: {}")}, silent: none},
		{name: "daemon's own address, another network", want: ask("nets_outer").in(outer), given: []step{configured(`{"ip": "192.0.2.1"}`), compose("networks: [outer]", "outer: {}")}},
	}
	for i := range all {
		all[i].name = "a container's networks: " + all[i].name
		all[i].on = proxied
	}
	shut := []report.Code{report.BlockedOutside}
	for _, s := range []situation{
		{name: "publish", want: publish("0.0.0.0"), says: shut, advice: []string{"userland-proxy"}},
		{name: "publish on 127.0.0.1", want: publish("127.0.0.1"), says: shut},
		{name: "publish UDP", want: publish("192.0.2.1").udp(), says: shut},
		{name: "bind", want: bind(""), silent: shut},
	} {
		s.name, s.on, s.given = "without docker-proxy: without rules, too: "+s.name, direct, []step{configured(`{"iptables": false}`)}
		all = append(all, s)
	}
	all = append(all, situation{name: "a container's networks: without rules, by its proxy alone, publish", on: proxied, want: publish(""), given: []step{configured(`{"iptables": false}`)}, silent: shut})
	if lab.EngineHas("--default-network-opt") {
		all = append(all, newerNetworkSituations(compose, ask, at)...)
	}
	return all
}

// newerNetworkSituations are those that Docker 20.10 does not know.
func newerNetworkSituations(compose func(service, networks string) step, ask, at func(...string) want) []situation {
	const mode = "com.docker.network.bridge.gateway_mode_ipv4"
	none := []report.Code{report.NotPublished}
	moded := func(value string, internal bool) lab.Network {
		return lab.Network{Name: "nets_outer", Internal: internal, Options: map[string]string{mode: value}}
	}
	all := []situation{
		{name: "routed", want: ask("nets_outer").in(moded("routed", false)), given: []step{compose("networks: [outer]", "outer: {driver_opts: {"+mode+": routed}}")}, says: none},
		{name: "without protection", want: ask("nets_outer").in(moded("nat-unprotected", false)),
			given: []step{compose("networks: [outer]", "outer: {driver_opts: {"+mode+": nat-unprotected}}")}, silent: none},
		{name: "isolated", want: ask("nets_outer").in(moded("isolated", true)), given: []step{compose("networks: [outer]", "outer: {internal: true, driver_opts: {"+mode+": isolated}}")}, says: none},
		{name: "bound to an address by the daemon's defaults, a listener on another", want: at("nets_outer").in(lab.Network{Name: "nets_outer"}),
			given: []step{configured(`{"default-network-opts": {"bridge": {"com.docker.network.bridge.host_binding_ipv4": "192.0.2.1"}}}`),
				compose("networks: [outer]", "outer: {}"), nginx("tcp4:127.0.0.1:{P}")}},
	}
	for i := range all {
		all[i].name = "a container's networks: " + all[i].name
		all[i].on = proxied
	}
	return all
}

// made is a network that is there.
func made(n lab.Network) step {
	return func(g *stage) {
		g.Helper()
		g.need(g.engine).MakeNetwork(g, n)
	}
}

// configured starts Docker's engine anew with a configuration file.
func configured(text string) step {
	return func(g *stage) {
		g.Helper()
		g.need(g.docker).Configure(g, text)
	}
}

// reachedAtV4 has the service be reached at the host's IPv4 address alone.
func reachedAtV4(g *stage) {
	h := *g.host
	h.v4Ports = true
	g.host = &h
}
