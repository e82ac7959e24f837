package systemd

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/safeport/safeport/internal/facts"
)

// Where systemd cannot be asked, the files of a unit say by what it cannot be stopped or started.
func TestControlOfUnitsByTheirFiles(t *testing.T) {
	m := System(tree(t, map[string]string{
		"run/systemd/system/.keep":                        "",
		"etc/systemd/system/web.service":                  "[Unit]\nRefuseManualStop=yes\n[Service]\nExecStart=/bin/web\n",
		"etc/systemd/system/web.service.d/more.conf":      "[Unit]\nRefuseManualStart=1\n",
		"etc/systemd/system/lifted.service":               "[Unit]\nRefuseManualStop=yes\n[Service]\nExecStart=/bin/web\n",
		"run/systemd/system/lifted.service.d/60-own.conf": "[Unit]\nRefuseManualStop=no\n",
		"etc/systemd/system/web.socket":                   "[Unit]\nRefuseManualStop=true\n[Socket]\nListenStream=80\n",
		"run/systemd/transient/once.service":              "[Service]\nExecStart=/bin/web\n",
	}))
	tests := []struct {
		name  string
		given []string
		want  facts.Control
	}{
		{"web.service", nil, facts.Control{Unstoppable: []string{"web.service"}, Unstartable: []string{"web.service"}}},
		{"lifted.service", nil, facts.Control{}},
		{"lifted.service", []string{"web.socket"}, facts.Control{Triggers: []string{"web.socket"}, Unstoppable: []string{"web.socket"}}},
		{"once.service", nil, facts.Control{Passing: []string{"once.service"}}},
	}
	for _, tt := range tests {
		got, err := m.Control(t.Context(), tt.name, 0, tt.given...)
		if err != nil || got == nil {
			t.Fatalf("%s: %v, %v", tt.name, got, err)
		}
		if diff := cmp.Diff(&tt.want, got, cmpopts.IgnoreFields(facts.Control{}, "Inactive"), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s: -want +got:\n%s", tt.name, diff)
		}
	}
}
