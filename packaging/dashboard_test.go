package main

import (
	"errors"
	"path/filepath"
	"testing"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/cog/plugins"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// The dashboard is one by Grafana's own types: no field that it does not know, none of another kind, in panels and queries
// too. lab/watch asks a real Prometheus each of its questions.
func TestDashboard(t *testing.T) {
	plugins.RegisterDefaultPlugins()
	//lint:ignore SA1019 what comes after it is the form that Grafana keeps itself; files are imported in this one
	var d dashboard.Dashboard
	for _, err := range []error{d.UnmarshalJSONStrict(read(t, filepath.Join("watch", "safeport.dashboard.json"))), d.Validate()} {
		// Without a fault it returns an empty list of them, which is an error and not nil.
		if faults := (cog.BuildErrors)(nil); err != nil && (!errors.As(err, &faults) || len(faults) > 0) {
			t.Error(err)
		}
	}
	if len(d.Panels) == 0 {
		t.Error("it has no panels")
	}
}
