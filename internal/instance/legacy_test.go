package instance

import (
	"testing"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/service"
)

func TestLegacy(t *testing.T) {
	const (
		database = "/var/lib/gpustack/database.db"
		moved    = "/var/lib/gpustack/postgresql/data"
		defaults = "/etc/default/gpustack"
	)
	server := facts.Unit{Name: "gpustack.service", Args: []string{"gpustack", "start"}}
	running, enabled := server, server
	running.Running, enabled.Enabled = true, true
	worker := facts.Unit{Name: "gpustack.service", Args: []string{"gpustack", "start", "--server-url", "http://a"}, Running: true}
	byVariable := facts.Unit{Name: "gpustack.service", Args: []string{"gpustack", "start"}, Env: []string{"GPUSTACK_SERVER_URL=http://a"}}
	own := []facts.Container{container("gpustack", image)}

	tests := []struct {
		name       string
		service    string
		asked      string
		containers []facts.Container
		units      []facts.Unit
		files      []string
		situation  Situation
		trace      string // "unit", "data" or nothing
		owns       bool   // a claim of the unit
	}{
		{"no file of it, but its socket", "gpustack", "", nil, nil, nil, Fresh, "", true},
		{"runs", "gpustack", "", nil, []facts.Unit{running}, []string{database}, Upgrade, "unit", true},
		{"stopped", "gpustack", "", nil, []facts.Unit{server}, nil, Reinstall, "unit", true},
		{"data alone", "gpustack", "", nil, nil, []string{database}, Reinstall, "data", true},
		{"what an uninstallation leaves", "gpustack", "", nil, nil, []string{defaults}, Fresh, "", true},
		{"data that has been moved", "gpustack", "", nil, nil, []string{database, moved}, Fresh, "", true},
		{"disabled, data moved", "gpustack", "", nil, []facts.Unit{server}, []string{database, moved}, Fresh, "", true},
		{"enabled, data moved", "gpustack", "", nil, []facts.Unit{enabled}, []string{database, moved}, Reinstall, "unit", true},
		{"stopped beside our container", "gpustack", "", own, []facts.Unit{server}, []string{database}, Upgrade, "", false},
		{"enabled beside our container", "gpustack", "", own, []facts.Unit{enabled}, nil, Upgrade, "unit", false},
		{"running beside our container", "gpustack", "", own, []facts.Unit{running}, nil, Upgrade, "unit", false},
		{"another instance is meant", "gpustack", "blue", nil, []facts.Unit{running}, []string{database}, Fresh, "", false},
		{"a worker's unit is not the server's", "gpustack", "", nil, []facts.Unit{worker}, nil, Fresh, "", false},
		{"a worker's unit by its variable", "gpustack", "", nil, []facts.Unit{byVariable}, nil, Fresh, "", false},
		{"worker", "gpustack-worker", "", nil, []facts.Unit{worker}, nil, Upgrade, "unit", true},
		{"a server's unit is not the worker's", "gpustack-worker", "", nil, []facts.Unit{running}, []string{database}, Fresh, "", false},
		{"a service that always came in containers", "gitea", "", nil, []facts.Unit{running}, []string{database}, Fresh, "", false},
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
			c := facts.PortUse{Unit: "gpustack.service"}
			in.Observe([]facts.PortUse{c})
			if got := in.Owns(c); got != tt.owns {
				t.Errorf("a socket of the unit: own is %v, want %v", got, tt.owns)
			}
		})
	}
}
