package port

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/docker/go-connections/nat"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestParsePublish(t *testing.T) {
	local := netip.MustParseAddr("127.0.0.1")
	v6 := netip.MustParseAddr("::1")
	tests := []struct {
		name, spec string
		want       Requirement
	}{
		{"both ports", "8080:80", Requirement{Ports: Single(8080)}},
		{"address", "127.0.0.1:8080:80", Requirement{Addr: local, Ports: Single(8080)}},
		{"IPv6 address", "[::1]:8080:80", Requirement{Addr: v6, Ports: Single(8080)}},
		{"IPv6 address without brackets", "::1:8080:80", Requirement{Addr: v6, Ports: Single(8080)}},
		{"IPv4 address in brackets", "[127.0.0.1]:8080:80", Requirement{Addr: local, Ports: Single(8080)}},
		{"IPv4 wildcard", "0.0.0.0:80:80", Requirement{Addr: netip.IPv4Unspecified(), Ports: Single(80)}},
		{"UDP", "53:53/udp", Requirement{Protocol: UDP, Ports: Single(53), Target: Single(53)}},
		{"capital protocol", "53:53/UDP", Requirement{Protocol: UDP, Ports: Single(53), Target: Single(53)}},
		{"empty protocol", "8080:80/", Requirement{Ports: Single(8080)}},
		{"range to range", "8000-8010:80-90", Requirement{Ports: Range{8000, 8010}, Target: Range{80, 90}}},
		{"any of a range", "8080-8090:80", Requirement{Ports: Range{8080, 8090}, AnyOf: 1}},
		{"range of one", "8080-8080:80", Requirement{Ports: Single(8080)}},
		{"container's port alone", "80", Requirement{}},
		{"container's range alone", "80-90/udp", Requirement{Protocol: UDP, Target: Range{80, 90}}},
		{"address and no port", "127.0.0.1::80", Requirement{Addr: local}},
		{"empty host port", ":80", Requirement{}},
		{"port 0", "0:80", Requirement{}},
		{"leading zeros", "0080:080", Requirement{Ports: Single(80)}},
		{"long form", "published=8080,target=80", Requirement{Ports: Single(8080)}},
		{"long form with protocol", "target=53,published=53,protocol=udp", Requirement{Protocol: UDP, Ports: Single(53), Target: Single(53)}},
		{"long form without host port", "target=80", Requirement{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ParsePublish(tt.spec)
			if err != nil {
				t.Fatal(err)
			}
			tt.want.Name, tt.want.Mode, tt.want.Origin = tt.spec, Publish, Origin{"argument", tt.spec}
			if tt.want.Protocol == 0 {
				tt.want.Protocol = TCP
			}
			if tt.want.Target.Len() == 0 {
				tt.want.Target = Single(80)
			}
			if diff := cmp.Diff(tt.want, got, cmpopts.EquateComparable(netip.Addr{})); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestParsePublishRefuses(t *testing.T) {
	tests := []struct{ name, spec, word string }{
		{"nothing", "", "missing"},
		{"no container port", "8080:", "missing"},
		{"no number", "web:80", `"web"`},
		{"container port no number", "80:web", `"web"`},
		{"too big", "70000:80", "70000 is above 65535"},
		{"container port too big", "80:70000", "70000 is above 65535"},
		{"container port 0", "80:0", "port 0"},
		{"backwards", "90-80:80", "runs backwards"},
		{"DCCP", "80:80/dccp", `"dccp"`},
		{"host name", "localhost:80:80", `"localhost"`},
		{"address with a zone", "[fe80::1%eth0]:80:80", `"[fe80::1%eth0]"`},
		{"open bracket", "[::1:80:80", `"[::1"`},
		{"ranges of two sizes", "8000-8002:80-81", "3 ports but 80-81 has 2"},
		{"single port for a range", "8000:80-81", "1 ports but 80-81 has 2"},
		{"port 0 for a range", "0:80-81", "port 0"},
		{"spaces", "80: 80", `" 80"`},
		{"signs", "+80:80", `"+80"`},
		{"unknown key", "published=80,targt=80", `"targt=80"`},
		{"key without target", "published=80", "target="},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ParsePublish(tt.spec)
			if err == nil {
				t.Fatalf("got %+v, want an error", got)
			}
			if s := err.Error(); !strings.Contains(s, tt.word) || strings.Contains(s, "\n") {
				t.Errorf("error %q does not name %s in one line", s, tt.word)
			}
		})
	}
}

// FuzzParsePublish spells what was read and reads it again, and holds the parser against the one that Docker uses itself.
// Where they differ, it is on purpose: Docker's command line takes signs and port 0 in the container, of which the engine
// refuses some later.
func FuzzParsePublish(f *testing.F) {
	for _, s := range []string{"8080:80", "[::1]:8080:80", "53:53/udp", "8000-8010:80-90", "8080-8090:80", "127.0.0.1::80", "80", "a:b:c:d"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, spec string) {
		got, err := ParsePublish(spec)
		docker, dockerErr := nat.ParsePortSpec(spec)
		if err == nil && dockerErr != nil && !strings.Contains(spec, "=") {
			t.Fatalf("%q is read as %+v, and Docker refuses it: %v", spec, got, dockerErr)
		}
		if err != nil {
			if dockerErr == nil && !strings.ContainsAny(spec, "+_-") && !hasZero(docker) {
				t.Fatalf("%q is refused, and Docker takes it: %v", spec, err)
			}
			return
		}
		again, err := ParsePublish(spell(got))
		if err != nil {
			t.Fatalf("%q is read, and as %q it is not: %v", spec, spell(got), err)
		}
		compareWants(t, got, again)
		if dockerErr != nil || got.AnyOf > 0 || got.Ports.Len() == 0 {
			return
		}
		if n := len(docker); n != got.Ports.Len() {
			t.Fatalf("%q has %d ports, and Docker publishes %d", spec, got.Ports.Len(), n)
		}
		if first := docker[0].Binding.HostPort; first != Single(got.Ports.First).String() {
			t.Fatalf("%q begins at %d, and for Docker at %s", spec, got.Ports.First, first)
		}
	})
}

func hasZero(list []nat.PortMapping) bool {
	for _, m := range list {
		if m.Port.Int() == 0 {
			return true
		}
	}
	return false
}
