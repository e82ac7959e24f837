package netfilter

import (
	"net/netip"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/port"
)

// As net/netfilter/ipvs/ip_vs_ctl.c writes it (as seen on Linux 6.1, too: "make matrix").
const services = `IP Virtual Server version 1.2.1 (size=4096)
Prot LocalAddress:Port Scheduler Flags
  -> RemoteAddress:Port Forward Weight ActiveConn InActConn
TCP  C0000201:0050 rr
  -> 0A000001:1F90      Masq    1      0          0
  -> 0A000002:1F90      Masq    1      0          0
UDP  C0000201:0035 wlc persistent 300
TCP  [2001:0db8:0000:0000:0000:0000:0000:0001]:01BB sh
  -> [2001:0db8:0000:0000:0000:0000:0000:0009]:20FB      Route   1      0          0
FWM  00000001 rr
  -> 0A000003:0050      Masq    1      0          0
`

func TestServicesOfIPVS(t *testing.T) {
	at := netip.MustParseAddrPort
	want := []service{
		{port.TCP, at("192.0.2.1:80"), at("10.0.0.1:8080")},
		{port.UDP, at("192.0.2.1:53"), netip.AddrPort{}},
		{port.TCP, at("[2001:db8::1]:443"), at("[2001:db8::9]:8443")},
	}
	compared := []cmp.Option{cmp.AllowUnexported(service{}), cmpopts.EquateComparable(netip.AddrPort{}), cmpopts.EquateComparable(netip.Addr{})}
	if diff := cmp.Diff(want, parseIPVS(services), compared...); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestAServiceOfIPVSTakesItsPort(t *testing.T) {
	proc := t.TempDir()
	if err := os.MkdirAll(filepath.Join(proc, "thread-self/net"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(proc, "thread-self/net/ip_vs"), []byte(services), 0o644); err != nil {
		t.Fatal(err)
	}
	found, err := readIPVS(proc)
	if err != nil {
		t.Fatal(err)
	}
	r := &Rules{services: found, links: host()}
	got := r.Redirected(bind("80-90"))
	if len(got) != 1 || got[0].Rule.Backend != facts.IPVS || got[0].Ports != port.Single(80) || got[0].Rule.Does() != "balanced to 10.0.0.1:8080" {
		t.Errorf("port 80 is balanced, and %+v was found", got)
	}
	r.services = []service{{port.TCP, netip.MustParseAddrPort("192.0.2.1:0"), netip.MustParseAddrPort("10.0.0.1:0")}}
	if got := r.Redirected(bind("81")); len(got) != 1 || got[0].Ports != port.Single(81) || got[0].Rule.Does() != "balanced to 10.0.0.1" {
		t.Errorf("every port of the address is balanced, and %+v was found", got)
	}
	r.services = found
	for _, w := range []port.Requirement{bind("81"), bind("80/udp"), bind("127.0.0.1:80"), bind("[::]:80")} {
		if got := r.Redirected(w); len(got) > 0 {
			t.Errorf("%s is taken by %+v", w.Name, got)
		}
	}
}
