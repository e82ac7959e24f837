package verdict

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/port"
)

func TestCandidatesBeginWithWhatPeopleExpect(t *testing.T) {
	tests := []struct {
		name, want string
		first      []uint16
	}{
		{"HTTP", "80", []uint16{8080, 8081, 8082}},
		{"HTTPS", "443", []uint16{8443, 8444, 8445}},
		{"another privileged port", "53", []uint16{8053, 8054, 8055}},
		{"any other", "9000", []uint16{9001, 9002, 9003}},
		{"a range: the next block", "40000-40063", []uint16{40064, 40065, 40066}},
		{"the last port", "65535", []uint16{1024, 1025, 1026}},
		{"a range at the end", "65500-65535", []uint16{1024, 1025, 1026}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []uint16
			for n := range Candidates(want(t, tt.want)) {
				if got = append(got, n); len(got) == len(tt.first) {
					break
				}
			}
			if diff := cmp.Diff(tt.first, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestCandidatesAreAllPortsOnce(t *testing.T) {
	for _, text := range []string{"80", "9000", "65535", "40000-40063"} {
		t.Run(text, func(t *testing.T) {
			w := want(t, text)
			got := slices.Sorted(Candidates(w))
			if unique := slices.Compact(slices.Clone(got)); len(unique) != len(got) {
				t.Errorf("%d candidates, and %d different ones", len(got), len(unique))
			}
			if first, last := got[0], got[len(got)-1]; first != 1024 || last != 65535 {
				t.Errorf("candidates are %d to %d", first, last)
			}
		})
	}
}

func TestLasting(t *testing.T) {
	f := Facts{Kernel: debian, Uses: []facts.PortUse{
		container("old", facts.Stopped, port.AnyV4, 8080), container("web", facts.Published, addr("127.0.0.1"), 8081),
		by(socket(facts.Listening, port.AnyV4, 8082), 812, "nginx"),
	}}
	f.Kernel.Reserved = []port.Range{port.Single(40001)}
	tests := []struct {
		name     string
		protocol port.Protocol
		n        uint16
		want     bool
	}{
		{"a port of nobody", port.TCP, 8090, true},
		{"of a stopped container", port.TCP, 8080, false},
		{"of a stopped container, over UDP", port.UDP, 8080, true},
		{"of a running container, on one address", port.TCP, 8081, false},
		{"whether it is free is the probe's business", port.TCP, 8082, true},
		{"of outgoing connections", port.TCP, 40000, false},
		{"reserved", port.TCP, 40001, true},
		{"refused by browsers", port.TCP, 6000, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := f.Lasting(tt.protocol, tt.n); got != tt.want {
				t.Errorf("port %d lasts: %v, want %v", tt.n, got, tt.want)
			}
		})
	}
}

func TestRefusedByBrowsersLooksThroughASortedList(t *testing.T) {
	if !slices.IsSorted(refused) {
		t.Fatal("the list is not sorted, and is searched as if it were")
	}
	for n, want := range map[uint16]bool{1: true, 22: true, 6000: true, 10080: true, 80: false, 443: false, 8080: false, 65535: false} {
		if got := refusedByBrowsers(n); got != want {
			t.Errorf("port %d: %v, want %v", n, got, want)
		}
	}
}

func TestDuplicatesAreThePairsThatCollide(t *testing.T) {
	tests := []struct {
		name  string
		wants []string
		want  [][2]int
	}{
		{"none", []string{"80", "443"}, nil},
		{"the same", []string{"80", "443", "80"}, [][2]int{{0, 2}}},
		{"all three of three", []string{"80", "127.0.0.1:80", "-p 80:8080"}, [][2]int{{0, 1}, {0, 2}, {1, 2}}},
		{"protocols apart", []string{"53/tcp", "53/udp"}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var wants []port.Requirement
			for _, s := range tt.wants {
				wants = append(wants, want(t, s))
			}
			if diff := cmp.Diff(tt.want, Duplicates(wants)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestSum(t *testing.T) {
	tests := []struct {
		name     string
		findings []Finding
		want     Overall
	}{
		{"nothing found", nil, Clear},
		{"information", []Finding{{Code: PortChanged, Severity: Info}}, Clear},
		{"a warning", []Finding{{Code: Latent, Severity: Warning}}, Warned},
		{"an error", []Finding{{Code: Latent, Severity: Warning}, {Code: PortInUse}}, Blocked},
		{"nothing known", []Finding{{Code: Undetermined}, {Code: Latent, Severity: Warning}}, Undecided},
		{"the engine of another host", []Finding{{Code: EngineRemote}}, Undecided},
		{"one not known and one blocked", []Finding{{Code: Undetermined}, {Code: PortInUse}}, Blocked},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Sum(tt.findings); got != tt.want {
				t.Errorf("got %d, want %d", got, tt.want)
			}
		})
	}
}
