package service

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/settings"
)

func unit(command string, env ...string) Trace {
	return Trace{Unit: &facts.Unit{Name: "gpustack.service", Args: strings.Fields(command), Env: env}}
}

// TestExistingLegacy holds what of an old command line still means the same.
func TestExistingLegacy(t *testing.T) {
	tests := []struct {
		name  string
		trace Trace
		want  map[string]string
	}{
		{"data alone", Trace{}, map[string]string{"network": "host", "enable-worker": "true"}},
		{"port by flag", unit("gpustack start --port 9090"),
			map[string]string{"network": "host", "enable-worker": "true", "port": "9090"}},
		{"port by variable", unit("gpustack start", "GPUSTACK_PORT=9090"),
			map[string]string{"network": "host", "enable-worker": "true", "port": "9090"}},
		{"the metrics' port was the worker's", unit("gpustack start --metrics-port 10200"),
			map[string]string{"network": "host", "enable-worker": "true"}},
		{"no worker", unit("gpustack start --disable-worker"),
			map[string]string{"network": "host", "enable-worker": "true", "disable-worker": "true"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, err := Lookup("gpustack")
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, d.ExistingLegacy(tt.trace)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// What replaces an installation with its worker inside has one too, unless it had none.
func TestLegacyWorker(t *testing.T) {
	d, err := Lookup("gpustack")
	if err != nil {
		t.Fatal(err)
	}
	for command, want := range map[string]bool{"gpustack start": true, "gpustack start --disable-worker": false} {
		has := false
		for _, w := range wantsOf(t, d, settings.Sources{Existing: d.ExistingLegacy(unit(command))}) {
			has = has || w.Name == "worker"
		}
		if has != want {
			t.Errorf("%s: the worker's port is wanted: %v, want %v", command, has, want)
		}
	}
}

// TestLegacySteps holds that a step is told where there is what it is for, with nothing left to fill in.
func TestLegacySteps(t *testing.T) {
	for _, name := range Names() {
		d, err := Lookup(name)
		if err != nil {
			t.Fatal(err)
		}
		if d.Legacy == nil {
			continue
		}
		t.Run(name, func(t *testing.T) {
			values, _, err := d.Resolve(settings.Sources{})
			if err != nil {
				t.Fatal(err)
			}
			always := d.LegacySteps(Trace{}, values, "blue")
			everything := unit("gpustack start --metrics-port=1 --disable-metrics", "GPUSTACK_RPC_SERVER_PORT_RANGE=1-2")
			everything.Files = d.LegacyFiles()
			all := d.LegacySteps(everything, values, "blue")
			if len(always) == 0 || len(all) < len(always)+5 {
				t.Errorf("%d steps without a trace and %d with all of them", len(always), len(all))
			}
			for _, s := range all {
				if strings.Contains(s.Run, "$") || strings.Contains(s.Run, "\n") {
					t.Errorf("%s: cannot be copied: %s", s.Where, s.Run)
				}
			}
		})
	}
}
