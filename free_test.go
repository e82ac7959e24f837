package safeport_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/safeport/safeport"
	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/internal/sockettest"
	"github.com/safeport/safeport/report"
)

func TestFreePortsCanBeBoundAndStayTheSame(t *testing.T) {
	ask := safeport.FreeRequest{Count: 5, Engine: safeport.NoEngine}
	first, err := safeport.Free(context.Background(), ask)
	if err != nil {
		t.Fatal(err)
	}
	again, err := safeport.Free(context.Background(), ask)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(first.Ports, again.Ports) {
		t.Errorf("first %v, then %v", first.Ports, again.Ports)
	}
	for _, n := range first.Ports {
		sockettest.Hold(t, sockettest.Shape{Binding: port.AnyDual, Port: uint16(n)})
	}
	third, err := safeport.Free(context.Background(), ask)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range third.Ports {
		if slices.Contains(first.Ports, n) {
			t.Errorf("port %d is held now, and still said to be free", n)
		}
	}
}

func TestFreeSaysWhenThereAreNotEnough(t *testing.T) {
	free, err := safeport.Free(context.Background(), safeport.FreeRequest{Count: 4, Contiguous: true, Engine: safeport.NoEngine})
	if err != nil {
		t.Fatal(err)
	}
	lo, hi := free.Ports[0], free.Ports[3]
	if hi-lo != 3 {
		t.Fatalf("%v are not in a row", free.Ports)
	}
	sockettest.Hold(t, sockettest.Server(port.AnyV4, uint16(lo+1)))
	block := fmt.Sprintf("%d-%d", lo, hi)
	tests := []struct {
		name string
		req  safeport.FreeRequest
		want []int
		fail bool
	}{
		{"all of a range", safeport.FreeRequest{Range: block}, []int{lo, lo + 2, hi}, false},
		{"some of a range", safeport.FreeRequest{Range: block, Count: 2}, []int{lo, lo + 2}, false},
		{"two in a row", safeport.FreeRequest{Range: block, Count: 2, Contiguous: true}, []int{lo + 2, hi}, false},
		{"more than there are", safeport.FreeRequest{Range: block, Count: 4}, []int{lo, lo + 2, hi}, true},
		{"more in a row than there are", safeport.FreeRequest{Range: block, Count: 3, Contiguous: true}, []int{}, true},
		{"over UDP", safeport.FreeRequest{Range: block, Protocol: "udp"}, []int{lo, lo + 1, lo + 2, hi}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.req.Engine = safeport.NoEngine
			got, err := safeport.Free(context.Background(), tt.req)
			var few *report.NotEnoughError
			if errors.As(err, &few) != tt.fail || err != nil && !tt.fail {
				t.Fatalf("error %v, want one: %v", err, tt.fail)
			}
			if !slices.Equal(got.Ports, tt.want) {
				t.Errorf("got %v, want %v", got.Ports, tt.want)
			}
		})
	}
}

func TestFreeRefusesWhatMakesNoSense(t *testing.T) {
	for name, req := range map[string]safeport.FreeRequest{
		"negative count": {Count: -1}, "huge count": {Count: 70000}, "range": {Range: "80-70"}, "protocol": {Protocol: "sctp"}, "engine": {Engine: "docker"},
	} {
		var usage *safeport.UsageError
		if _, err := safeport.Free(context.Background(), req); !errors.As(err, &usage) {
			t.Errorf("%s: error %v, want a usage error", name, err)
		}
	}
}
