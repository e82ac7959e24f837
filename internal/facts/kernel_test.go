package facts

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/safeport/safeport/internal/port"
)

func TestEphemeralsAreThePortsThatAreNotReserved(t *testing.T) {
	whole := port.Range{First: 32768, Last: 60999}
	tests := []struct {
		name     string
		reserved []port.Range
		ask      port.Range
		want     []port.Range
	}{
		{"outside", nil, port.Single(8080), nil},
		{"just below", nil, port.Single(32767), nil},
		{"the lowest", nil, port.Single(32768), []port.Range{port.Single(32768)}},
		{"the highest", nil, port.Single(60999), []port.Range{port.Single(60999)}},
		{"just above", nil, port.Single(61000), nil},
		{"partly outside", nil, port.Range{First: 32000, Last: 33000}, []port.Range{{First: 32768, Last: 33000}}},
		{"every port", nil, port.Range{First: 1, Last: 65535}, []port.Range{whole}},
		{"the port that the engine picks", nil, port.Range{}, nil},
		{"reserved", []port.Range{{First: 40000, Last: 40063}}, port.Range{First: 40000, Last: 40063}, nil},
		{"reserved within a wider range", []port.Range{{First: 30000, Last: 65000}}, port.Single(40000), nil},
		{"a reserved hole", []port.Range{{First: 40010, Last: 40019}}, port.Range{First: 40000, Last: 40063},
			[]port.Range{{First: 40000, Last: 40009}, {First: 40020, Last: 40063}}},
		{"two holes side by side", []port.Range{port.Single(40001), port.Single(40002)}, port.Range{First: 40000, Last: 40003},
			[]port.Range{port.Single(40000), port.Single(40003)}},
		{"holes at both ends", []port.Range{port.Single(40000), port.Single(40003)}, port.Range{First: 40000, Last: 40003},
			[]port.Range{{First: 40001, Last: 40002}}},
		{"holes that overlap and are not sorted", []port.Range{{First: 40005, Last: 40009}, {First: 40002, Last: 40006}},
			port.Range{First: 40000, Last: 40010}, []port.Range{{First: 40000, Last: 40001}, port.Single(40010)}},
		{"reserved to the very last port", []port.Range{{First: 60000, Last: 65535}}, port.Range{First: 59999, Last: 65535},
			[]port.Range{port.Single(59999)}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			k := Kernel{Ephemeral: whole, Reserved: tt.reserved}
			if diff := cmp.Diff(tt.want, k.Ephemerals(tt.ask)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestAClaimMeetsAWantOfItsProtocolAddressAndPort(t *testing.T) {
	c := PortUse{Protocol: port.TCP, Binding: port.AnyV4, Ports: port.Range{First: 8000, Last: 8010}}
	tests := []struct {
		name     string
		protocol port.Protocol
		binding  port.Binding
		ports    port.Range
		want     bool
	}{
		{"a port of its range", port.TCP, port.AnyV4, port.Single(8005), true},
		{"both families", port.TCP, port.AnyDual, port.Single(8010), true},
		{"the other family", port.TCP, port.AnyV6, port.Single(8005), false},
		{"the other protocol", port.UDP, port.AnyV4, port.Single(8005), false},
		{"a port beside it", port.TCP, port.AnyV4, port.Single(8011), false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := c.Meets(tt.protocol, tt.binding, tt.ports); got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}
