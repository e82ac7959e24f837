package exam

import (
	"strings"

	"github.com/safeport/safeport/lab"
	"github.com/safeport/safeport/report"
)

// linkSituations have addresses and devices in states in which nobody gets to a port by them, or in which it looks so.
func linkSituations() []situation {
	shut := []report.Code{report.BlockedOutside}
	bridged := commandsStep([]string{"ip link add brx type bridge", "ip link set brx up", "ip link set eth0 master brx"}, []string{"ip link set eth0 nomaster", "ip link del brx"})
	moved := commandsStep([]string{"ip link add brx type bridge", "ip link set brx up", "ip link set eth0 master brx", "ip address del 192.0.2.1/24 dev eth0", "ip address add 192.0.2.1/24 dev brx"},
		[]string{"ip link set eth0 nomaster", "ip link del brx", "ip address add 192.0.2.1/24 dev eth0"})
	all := []situation{
		{name: "the device is in a bridge, bind 0.0.0.0", want: bind("0.0.0.0"), given: []step{bridged, strangers}, says: shut, named: []string{"brx"}},
		{name: "the device is in a bridge, bind", want: bind(""), given: []step{bridged, strangers}, says: shut},
		{name: "the device is in a bridge, bind UDP", want: bind("192.0.2.1").udp(), given: []step{bridged, strangers}, says: shut},
		{name: "the device is in a bridge, bind [2001:db8::1]", want: bind("2001:db8::1"), given: []step{bridged, strangers}, says: shut},
		{name: "the device is in a bridge, publish", want: publish("0.0.0.0"), given: []step{bridged, strangers}, says: shut},
		{name: "the device is in a bridge, bind 127.0.0.1", want: bind("127.0.0.1"), given: []step{bridged, strangers}, silent: shut},
		{name: "the device is in a bridge that has its address, bind 0.0.0.0", want: bind("0.0.0.0"), given: []step{moved, strangers}, silent: shut},
		{name: "the device is in a bridge that has its address, publish", want: publish("0.0.0.0"), given: []step{moved, strangers}, silent: shut},
	}
	for i := range all {
		all[i].name = "devices: " + all[i].name
		all[i].on = proxied
	}
	return all
}

// commandsStep runs commands of the host, and others at the end.
func commandsStep(do, undo []string) step {
	return func(g *stage) {
		g.Cleanup(func() {
			for _, line := range undo {
				g.command(strings.Fields(g.expand(line))...)
			}
			g.command("ip", "address", "replace", lab.Addr6.String()+"/64", "dev", "eth0", "nodad")
			forgetNeighbours(g)
		})
		for _, line := range do {
			g.command(strings.Fields(g.expand(line))...)
		}
	}
}
