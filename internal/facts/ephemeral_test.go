package facts

import (
	"math"
	"testing"

	"github.com/safeport/safeport/internal/port"
)

func TestAPortIsAsLikelyTakenAsTheOthersOfItsSide(t *testing.T) {
	k := Kernel{Ephemeral: port.Range{First: 40000, Last: 40099}, Reserved: []port.Range{{First: 40090, Last: 40099}}}
	var taken port.Set
	for n := uint16(40000); n < 40018; n += 2 {
		taken.Add(n) // nine of the 45 at an even distance
	}
	taken.Add(40095) // reserved: no connection took it
	taken.Add(80)
	use := k.EphemeralUse(&taken)
	if want := (EphemeralUse{Taken: [2]int{9, 0}, Of: [2]int{45, 45}}); use != want {
		t.Fatalf("use %+v, want %+v", use, want)
	}
	tests := []struct {
		name   string
		ranges []port.Range
		want   float64
	}{
		{"even", []port.Range{port.Single(40080)}, 0.2},
		{"odd", []port.Range{port.Single(40081)}, 0},
		{"four of which two are even", []port.Range{{First: 40080, Last: 40083}}, 0.36},
		{"none", nil, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := k.Chance(use, tt.ranges); math.Abs(got-tt.want) > 1e-9 {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
	if got := k.Chance(EphemeralUse{}, []port.Range{port.Single(40000)}); got != 0 {
		t.Errorf("uncounted: got %v, want 0", got)
	}
}
