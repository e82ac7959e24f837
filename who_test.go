package safeport_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"testing"

	"github.com/safeport/safeport"
	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/internal/sockettest"
	"github.com/safeport/safeport/report"
)

func who(t *testing.T, ports ...string) *report.WhoReport {
	t.Helper()
	r, err := safeport.Who(context.Background(), safeport.WhoRequest{Ports: ports, Engine: safeport.NoEngine})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestWhoNamesWhateverHasThePort(t *testing.T) {
	tests := []struct {
		name, state string
		make        func(*testing.T) uint16
	}{
		{"a listener", "listening", func(t *testing.T) uint16 { return sockettest.Hold(t, sockettest.Server(port.AnyV4, 0)).Port }},
		{"a UDP socket", "bound", func(t *testing.T) uint16 {
			return sockettest.Hold(t, sockettest.Shape{Protocol: port.UDP, Binding: port.AnyV4}).Port
		}},
		{"an outgoing connection", "connected", func(t *testing.T) uint16 { return sockettest.Connect(t).Local }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			n := tt.make(t)
			r := who(t, fmt.Sprint(n))
			if len(r.Ports) != 2 {
				t.Fatalf("without a protocol both are asked about; got %+v", r.Ports)
			}
			holders := append(r.Ports[0].Holders, r.Ports[1].Holders...)
			if len(holders) != 1 || holders[0].PID != os.Getpid() || holders[0].State != tt.state || holders[0].Started == nil {
				t.Errorf("got %+v, want this test, %d, %s", holders, os.Getpid(), tt.state)
			}
		})
	}
}

func TestWhoSaysThatNobodyHasAPort(t *testing.T) {
	r := who(t, fmt.Sprintf("%d/tcp", sockettest.FreePort(t)))
	if len(r.Ports) != 1 || r.Ports[0].Verdict != report.PortFree || len(r.Ports[0].Holders) > 0 || len(r.Findings) > 0 {
		t.Errorf("got %+v and %+v", r.Ports, r.Findings)
	}
}

func TestWhoRefusesWhatIsNoPort(t *testing.T) {
	for _, ports := range [][]string{nil, {"abc"}, {"80", "70000"}} {
		var usage *safeport.UsageError
		if _, err := safeport.Who(context.Background(), safeport.WhoRequest{Ports: ports, Engine: safeport.NoEngine}); !errors.As(err, &usage) {
			t.Errorf("%v: error %v, want a usage error", ports, err)
		}
	}
}
