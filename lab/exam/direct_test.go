package exam

import (
	"github.com/safeport/safeport/lab"
	"github.com/safeport/safeport/report"
)

// directSituations have an engine without docker-proxy: the daemon itself keeps the ports.
func directSituations() []situation { return withoutProxy(direct, "without docker-proxy") }

// nftSituations have one that writes rules of nftables instead of iptables', in tables of its own.
func nftSituations() []situation {
	return append(withoutProxy(nft, "rules of nftables"),
		situation{name: "rules of nftables: policy of forward, publish 0.0.0.0", on: nft, want: publish("0.0.0.0"), given: []step{filter("drop", "forward", "")},
			says: []report.Code{report.BlockedOutside}},
		situation{name: "rules of nftables: policy of input, publish 0.0.0.0", on: nft, want: publish("0.0.0.0"), given: []step{filter("drop", "input", "")},
			silent: []report.Code{report.BlockedOutside}},
		situation{name: "rules of nftables: redirect, publish", on: nft, want: publish("0.0.0.0"),
			given: []step{incoming("tcp dport {P} redirect to :1")}},
	)
}

func withoutProxy(on hostKind, called string) []situation {
	web := run(lab.Container{Name: "web", Image: "nginx:1.27", Publish: []string{"{P}:80"}})
	dns := run(lab.Container{Name: "dns", Image: "someone/other:1", Publish: []string{"{P}:53/udp"}, Args: []string{"udp::53"}})
	own := run(lab.Container{Name: "gpustack", Image: "gpustack/gpustack:v2.2.3", Publish: []string{"{P}:80"}})
	all := []situation{
		{name: "nothing there, publish", want: publish("")},
		{name: "nothing there, publish on 192.0.2.1", want: publish("192.0.2.1")},
		{name: "nothing there, publish on [::1]", want: publish("::1")},
		{name: "nothing there, publish on [2001:db8::1]", want: publish("2001:db8::1")},
		{name: "nothing there, publish on [::]", want: publish("::")},
		{name: "address that the host lacks, publish", want: publish("198.51.100.7")},
		{name: "published container, publish", want: publish(""), given: []step{web}, holder: container("web")},
		{name: "published container, bind", want: bind(""), given: []step{web}, holder: container("web")},
		{name: "container that publishes UDP, publish UDP", want: publish("").udp(), given: []step{dns}, holder: container("dns")},
		{name: "listener on [::] v6only, publish", want: publish(""), given: []step{nginx("tcp6:[::]:{P}")}, holder: process("nginx")},
		{name: "listener on [::1], publish", want: publish(""), given: []step{nginx("tcp6:[::1]:{P}")}, holder: process("nginx")},
		{name: "listener on [::] v6only, publish on 192.0.2.1", want: publish("192.0.2.1"), given: []step{nginx("tcp6:[::]:{P}")}},
		{name: "listener on 127.0.0.1, publish", want: publish(""), given: []step{nginx("tcp4:127.0.0.1:{P}")}, holder: process("nginx")},
		{name: "bound, not listening, publish", want: publish(""), given: []step{standin("conmon", "hold", "0.0.0.0:{P}")}, holder: process("conmon")},
		{name: "range in a container's, publish", want: publish("").ports(3), holder: container("ray"),
			given: []step{run(lab.Container{Name: "ray", Image: "someone/other:1", Publish: []string{"{P}-{P+4}:80-84"}})}},
		{name: "gpustack, own running", want: gpustack(), given: []step{own}, own: "gpustack", state: "upgrade"},
		{name: "gpustack, somebody's container", want: gpustack(), given: []step{web}, state: "fresh", holder: container("web")},
	}
	for i := range all {
		all[i].name = called + ": " + all[i].name
		all[i].on = on
	}
	return all
}
