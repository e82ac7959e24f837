package exam

import (
	"github.com/safeport/safeport/lab"
)

// rangeSituations want five ports in a row, of which all are needed.
func rangeSituations() []situation {
	published := lab.Container{Name: "ray", Image: "someone/other:1", Publish: []string{"{P+3}-{P+7}:80-84"}}
	return []situation{
		{name: "range, nothing there, publish", on: proxied, want: publish("").ports(5)},
		{name: "range, nothing there, bind", on: proxied, want: bind("").ports(5)},
		{name: "range, one in the middle is held, publish", on: proxied, want: publish("").ports(5), given: []step{nginx("tcp::{P+2}")}, holder: process("nginx")},
		{name: "range, one in the middle is held, bind", on: proxied, want: bind("").ports(5), given: []step{nginx("tcp::{P+2}")}, holder: process("nginx")},
		{name: "range, last one is held, bind", on: proxied, want: bind("").ports(5), given: []step{nginx("tcp::{P+4}")}, holder: process("nginx")},
		{name: "range, the one after it is held, bind", on: proxied, want: bind("").ports(5), given: []step{nginx("tcp::{P+5}")}},
		{name: "range, one in the middle is a client's, publish", on: proxied, want: publish("").ports(5),
			given: []step{standin("curl", "connection", "192.0.2.1:{P+1}")}, holder: process("curl")},
		{name: "range, overlaps a container's, publish", on: proxied, want: publish("").ports(5), given: []step{run(published)}, holder: container("ray")},
		{name: "one port in a container's range, bind", on: proxied, want: bind(""), holder: container("ray"),
			given: []step{run(lab.Container{Name: "ray", Image: "someone/other:1", Publish: []string{"{P}-{P+4}:80-84"}})}},
		{name: "range, UDP in the middle, publish", on: proxied, want: publish("").ports(5), given: []step{standin("dnsmasq", "serve", "udp::{P+2}")}},
	}
}
