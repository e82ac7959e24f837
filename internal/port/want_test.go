package port

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestParse(t *testing.T) {
	local := netip.MustParseAddr("127.0.0.1")
	tests := []struct {
		name, text string
		want       Requirement
	}{
		{"number", "80", Requirement{Protocol: TCP, Ports: Single(80)}},
		{"TCP", "443/tcp", Requirement{Protocol: TCP, Ports: Single(443)}},
		{"UDP", "53/udp", Requirement{Protocol: UDP, Ports: Single(53)}},
		{"capital protocol", "53/UDP", Requirement{Protocol: UDP, Ports: Single(53)}},
		{"address", "127.0.0.1:9000", Requirement{Protocol: TCP, Addr: local, Ports: Single(9000)}},
		{"IPv6 address", "[::1]:9000", Requirement{Protocol: TCP, Addr: netip.IPv6Loopback(), Ports: Single(9000)}},
		{"IPv4 wildcard", "0.0.0.0:80", Requirement{Protocol: TCP, Addr: netip.IPv4Unspecified(), Ports: Single(80)}},
		{"range", "40000-40063", Requirement{Protocol: TCP, Ports: Range{40000, 40063}}},
		{"everything at once", "127.0.0.1:40000-40063/udp", Requirement{Protocol: UDP, Addr: local, Ports: Range{40000, 40063}}},
		{"address with a device", "[fe80::1%lo]:80", Requirement{Protocol: TCP, Addr: netip.MustParseAddr("fe80::1%lo"), Ports: Single(80)}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Parse(tt.text)
			if err != nil {
				t.Fatal(err)
			}
			tt.want.Name, tt.want.Origin = tt.text, Origin{"argument", tt.text}
			if diff := cmp.Diff(tt.want, got, cmpopts.EquateComparable(netip.Addr{})); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestParseNamesTheWordThatIsWrong(t *testing.T) {
	tests := []struct{ name, text, word string }{
		{"nothing", "", `""`},
		{"port 0", "0", "port 0"},
		{"too big", "70000", "70000 is above 65535"},
		{"backwards", "80-70", `"80-70"`},
		{"DCCP", "80/dccp", `"dccp"`},
		{"empty protocol", "80/", `protocol ""`},
		{"two protocols", "80/tcp/udp", `"tcp/udp"`},
		{"word", "abc", `"abc"`},
		{"host name", "localhost:80", `"localhost"`},
		{"address out of bounds", "127.0.0.256:80", `"127.0.0.256"`},
		{"IPv6 address without brackets", "::1:80", "[::1]:PORT"},
		{"IPv4 address in brackets", "[127.0.0.1]:80", "127.0.0.1 takes no brackets"},
		{"open bracket", "[::1:80", `"[::1"`},
		{"nothing before the colon", ":80", `""`},
		{"nothing after the colon", "127.0.0.1:", `""`},
		{"address alone", "127.0.0.1", `"127.0.0.1"`},
		{"bad port of a good address", "127.0.0.1:70000", "70000 is above 65535"},
		{"URL", "http://127.0.0.1:80", `"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Parse(tt.text)
			if err == nil {
				t.Fatalf("got %+v, want an error", got)
			}
			if s := err.Error(); !strings.Contains(s, tt.word) || strings.Contains(s, "\n") {
				t.Errorf("error %q does not name %s in one line", s, tt.word)
			}
		})
	}
}

func TestBindingsAreTheSocketsOfTheBinder(t *testing.T) {
	local := netip.MustParseAddr("127.0.0.1")
	tests := []struct {
		name string
		want Requirement
		is   []Binding
	}{
		{"a program opens one dual-stack socket", Requirement{Mode: Bind}, []Binding{AnyDual}},
		{"an engine opens one socket a family", Requirement{Mode: Publish}, []Binding{AnyV4, AnyV6}},
		{"a program on one address", Requirement{Mode: Bind, Addr: local}, []Binding{{Addr: local, V6Only: true}}},
		{"an engine on one address", Requirement{Mode: Publish, Addr: local}, []Binding{{Addr: local, V6Only: true}}},
		{"a program on [::] alone", Requirement{Mode: Bind, Addr: netip.IPv6Unspecified()}, []Binding{AnyV6}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.is, tt.want.Bindings(), cmpopts.EquateComparable(netip.Addr{})); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestWantsOverlapWhenTheyCannotBothBeHad(t *testing.T) {
	tests := []struct {
		name, a, b string // "-p" before what the engine publishes
		want       bool
	}{
		{"the same port", "80", "80", true},
		{"the same port by service and engine", "80", "-p 80:80", true},
		{"wildcard and one address", "80", "127.0.0.1:80", true},
		{"two addresses", "127.0.0.1:80", "127.0.0.2:80", false},
		{"two families", "0.0.0.0:80", "[::]:80", false},
		{"both families and one", "80", "[::1]:80", true},
		{"two protocols", "80/tcp", "80/udp", false},
		{"a port in a range", "40000-40063", "40063", true},
		{"a port beside a range", "40000-40063", "40064", false},
		{"the engine picks", "-p 80", "-p 80", false},
		{"two containers' same port", "-p 8080:80", "-p 8081:80", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a, b := parseAny(t, tt.a), parseAny(t, tt.b)
			if got := a.Overlaps(b); got != tt.want {
				t.Errorf("%s with %s: %v, want %v", tt.a, tt.b, got, tt.want)
			}
			if got := b.Overlaps(a); got != tt.want {
				t.Errorf("%s with %s: %v, want %v", tt.b, tt.a, got, tt.want)
			}
		})
	}
}

func parseAny(t *testing.T, s string) Requirement {
	t.Helper()
	parse := Parse
	s, published := strings.CutPrefix(s, "-p ")
	if published {
		parse = ParsePublish
	}
	w, err := parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// FuzzParse spells what was read in the plainest way and reads it again.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"80", "443/tcp", "53/UDP", "127.0.0.1:9000", "[::1]:9000", "[fe80::1%lo]:80", "40000-40063", "0080-90/udp", "[::ffff:127.0.0.1]:1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := Parse(s)
		if err != nil {
			if strings.Contains(err.Error(), "\n") {
				t.Fatalf("error %q has more than one line", err)
			}
			return
		}
		if got.Ports.Len() == 0 {
			t.Fatalf("%q is read as no port at all", s)
		}
		again, err := Parse(spell(got))
		if err != nil {
			t.Fatalf("%q is read, and as %q it is not: %v", s, spell(got), err)
		}
		compareWants(t, got, again)
	})
}

// spell writes a want down as Parse and ParsePublish read it, by its mode.
func spell(w Requirement) string {
	addr := ""
	switch {
	case w.Addr.Is6():
		addr = "[" + w.Addr.String() + "]:"
	case w.Addr.IsValid():
		addr = w.Addr.String() + ":"
	}
	if w.Mode == Bind {
		return addr + w.Ports.String() + "/" + w.Protocol.String()
	}
	host := ""
	if w.Ports.Len() > 0 {
		host = w.Ports.String()
	}
	return addr + host + ":" + w.Target.String() + "/" + w.Protocol.String()
}

func compareWants(t *testing.T, a, b Requirement) {
	t.Helper()
	a.Name, a.Origin, b.Name, b.Origin = "", Origin{}, "", Origin{}
	if diff := cmp.Diff(a, b, cmpopts.EquateComparable(netip.Addr{})); diff != "" {
		t.Errorf("read again it is another want:\n%s", diff)
	}
}
