package verdict

import (
	"net/netip"
	"testing"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/port"
)

// toward is a rule that sends port 80 to an address; the zero address is this host's own.
func toward(to string, change ...func(*facts.Rule)) facts.PortUse {
	r := &facts.Rule{Backend: facts.NFTables, Family: "ip", Table: "nat", Chain: "PREROUTING", Handle: 5, Action: facts.DNAT}
	if to != "" {
		r.To = netip.MustParseAddr(to)
	}
	for _, c := range change {
		c(r)
	}
	return facts.PortUse{
		Protocol: port.TCP, Binding: addr("192.0.2.1"), Ports: port.Single(80), State: facts.Redirecting, Source: "nftables", Rule: r,
	}
}

func some(r *facts.Rule) { r.Some = true }

func TestARuleTakesThePackets(t *testing.T) {
	diverted := func(claims ...facts.PortUse) func(*Facts) {
		return func(f *Facts) { f.Probes[0].Redirected, f.Owns = claims, ours }
	}
	web := container("web", facts.Published, port.AnyV4, 80)
	web.Owner.Addresses = []netip.Addr{netip.MustParseAddr("172.17.0.2")}
	own := container("gpustack", facts.Published, port.AnyV4, 80)
	own.Owner.Addresses = web.Owner.Addresses
	nginx := by(socket(facts.Listening, port.AnyDual, 80), 812, "nginx")
	runAll(t, []row{
		{name: "elsewhere", want: "80", change: diverted(toward("10.0.0.5")),
			answer: Redirected, holders: []string{"rule on 80"}, findings: []string{RedirectedPort}},
		{name: "elsewhere, published", want: "-p 80:80", change: diverted(toward("10.0.0.5")),
			answer: Redirected, holders: []string{"rule on 80"}, findings: []string{RedirectedPort}},
		{name: "the same rule twice", want: "80", change: diverted(toward("10.0.0.5"), toward("10.0.0.5")),
			answer: Redirected, holders: []string{"rule on 80"}, findings: []string{RedirectedPort}},
		{name: "of some clients", want: "80", change: diverted(toward("10.0.0.5", some)),
			answer: Free, findings: []string{RedirectedPort + " (warning)"}},
		{name: "to somebody's container", want: "80", claims: []facts.PortUse{web}, change: diverted(toward("172.17.0.2")),
			answer: Redirected, holders: []string{"container web on 80"}, findings: []string{RedirectedPort}},
		{name: "to somebody's container, published", want: "-p 80:80", claims: []facts.PortUse{web}, change: diverted(toward("172.17.0.2")),
			answer: Busy, holders: []string{"container web on 80"}, findings: []string{PortInUse}},
		{name: "to the own container", want: "-p 80:80", claims: []facts.PortUse{own}, change: diverted(toward("172.17.0.2")),
			answer: Own, holders: []string{"container gpustack on 80, own"}},
		{name: "of a port that a process has", want: "80", refused: errnos(inUse), claims: []facts.PortUse{nginx}, change: diverted(toward("10.0.0.5")),
			answer: Busy, holders: []string{"process 812 on 80"}, findings: []string{PortInUse}},
		{name: "unseen, and somebody else answers", want: "80",
			change: func(f *Facts) {
				f.Probes[0].Answered = []netip.AddrPort{netip.MustParseAddrPort("127.0.0.1:80")}
			},
			answer: Redirected, findings: []string{RedirectedPort}},
		{name: "unseen, and the own container answers", want: "-p 80:80", claims: []facts.PortUse{own},
			change: func(f *Facts) {
				f.Probes[0].Answered, f.Owns = []netip.AddrPort{netip.MustParseAddrPort("127.0.0.1:80")}, ours
			},
			answer: Own, holders: []string{"container gpustack on 80, own"}},
	})
}
