package instance

import (
	"testing"

	"github.com/safeport/safeport/internal/claim"
	"github.com/safeport/safeport/internal/service"
)

func TestLegacy(t *testing.T) {
	const (
		database = "/var/lib/gpustack/database.db"
		moved    = "/var/lib/gpustack/postgresql/data"
		defaults = "/etc/default/gpustack"
	)
	server := claim.Unit{Name: "gpustack.service", Args: []string{"gpustack", "start"}}
	running, enabled := server, server
	running.Running, enabled.Enabled = true, true
	worker := claim.Unit{Name: "gpustack.service", Args: []string{"gpustack", "start", "--server-url", "http://a"}, Running: true}
	byVariable := claim.Unit{Name: "gpustack.service", Args: []string{"gpustack", "start"}, Env: []string{"GPUSTACK_SERVER_URL=http://a"}}
	own := []claim.Container{container("gpustack", image)}

	tests := []struct {
		name       string
		service    string
		asked      string
		containers []claim.Container
		units      []claim.Unit
		files      []string
		situation  Situation
		trace      string // "unit", "data" or nothing
		owns       bool   // a claim of the unit
	}{
		{"no file of it, but its socket", "gpustack", "", nil, nil, nil, Fresh, "", true},
		{"runs", "gpustack", "", nil, []claim.Unit{running}, []string{database}, Upgrade, "unit", true},
		{"stopped", "gpustack", "", nil, []claim.Unit{server}, nil, Reinstall, "unit", true},
		{"data alone", "gpustack", "", nil, nil, []string{database}, Reinstall, "data", true},
		{"what an uninstallation leaves", "gpustack", "", nil, nil, []string{defaults}, Fresh, "", true},
		{"data that has been moved", "gpustack", "", nil, nil, []string{database, moved}, Fresh, "", true},
		{"disabled, data moved", "gpustack", "", nil, []claim.Unit{server}, []string{database, moved}, Fresh, "", true},
		{"enabled, data moved", "gpustack", "", nil, []claim.Unit{enabled}, []string{database, moved}, Reinstall, "unit", true},
		{"stopped beside our container", "gpustack", "", own, []claim.Unit{server}, []string{database}, Upgrade, "", false},
		{"enabled beside our container", "gpustack", "", own, []claim.Unit{enabled}, nil, Upgrade, "unit", false},
		{"running beside our container", "gpustack", "", own, []claim.Unit{running}, nil, Upgrade, "unit", false},
		{"another instance is meant", "gpustack", "blue", nil, []claim.Unit{running}, []string{database}, Fresh, "", false},
		{"a worker's unit is not the server's", "gpustack", "", nil, []claim.Unit{worker}, nil, Fresh, "", false},
		{"a worker's unit by its variable", "gpustack", "", nil, []claim.Unit{byVariable}, nil, Fresh, "", false},
		{"worker", "gpustack-worker", "", nil, []claim.Unit{worker}, nil, Upgrade, "unit", true},
		{"a server's unit is not the worker's", "gpustack-worker", "", nil, []claim.Unit{running}, []string{database}, Fresh, "", false},
		{"a service that always came in containers", "gitea", "", nil, []claim.Unit{running}, []string{database}, Fresh, "", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			def, err := service.Lookup(tt.service)
			if err != nil {
				t.Fatal(err)
			}
			in := Find(def, tt.asked, tt.containers)
			in.Legacy(def, tt.units, tt.files)
			trace := ""
			switch {
			case in.Trace == nil:
			case in.Trace.Unit != nil:
				trace = "unit"
			default:
				trace = "data"
			}
			if in.Situation != tt.situation || trace != tt.trace {
				t.Errorf("situation %s, trace %q; want %s, %q", in.Situation, trace, tt.situation, tt.trace)
			}
			c := claim.Claim{Unit: "gpustack.service"}
			in.Observe([]claim.Claim{c})
			if got := in.Owns(c); got != tt.owns {
				t.Errorf("a socket of the unit: own is %v, want %v", got, tt.owns)
			}
		})
	}
}
