package safeport_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/safeport/safeport"
	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/internal/sockettest"
	"github.com/safeport/safeport/report"
)

// What is read back from JSON is the same value: a report hides nothing.
func TestAReportReadBackIsTheSameValue(t *testing.T) {
	held := sockettest.Hold(t, sockettest.Server(port.AnyV4, 0))
	said := check(t, safeport.Request{Ports: []string{fmt.Sprint(held.Port), "53/udp"}, Services: []string{"gpustack"}, Spares: 2})
	text, err := json.Marshal(said)
	if err != nil {
		t.Fatal(err)
	}
	var back report.Report
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	if len(said.Ports[len(said.Ports)-2].Holders) == 0 {
		t.Fatal("nobody has the port")
	}
	if diff := cmp.Diff(*said, back); diff != "" { // which panics for a field that is hidden
		t.Errorf("-said +read back:\n%s", diff)
	}
}
