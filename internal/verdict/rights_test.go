package verdict

import (
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/port"
)

func TestAProgramOnAUnitsCgroupIsWarnedOf(t *testing.T) {
	unit := &facts.Binder{Name: "web.service", Units: []string{"web.service"}, Privileged: true}
	hooked := *unit
	hooked.Hooks = []facts.Hook{{Cgroup: "/system.slice", Program: "cil"}}
	w := want(t, "8080")
	for binder, codesWant := range map[*facts.Binder][]string{unit: nil, &hooked: {PermissionDenied + " (warning)"}} {
		f := Facts{Kernel: debian, Binder: binder, Probes: make([]facts.Probe, 1)}
		if diff := cmp.Diff(codesWant, codes(Findings(Judge([]port.Requirement{w}, f), f, true))); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
	}
}

func TestALabelOfSELinuxIsWarnedOf(t *testing.T) {
	f := Facts{Kernel: debian, Probes: make([]facts.Probe, 1), Labels: &facts.PortLabels{List: []facts.PortLabel{{Protocol: port.TCP, Ports: port.Single(8081), Type: "http_port_t"}}}}
	for spec, label := range map[string]string{"8081": "http_port_t", "8082": "", "40000": "none", "-p 8081:80": "none"} {
		w := want(t, spec)
		got := "none"
		for _, fd := range Findings(Judge([]port.Requirement{w}, f), f, true) {
			if fd.Code == PermissionDenied && fd.Severity == Warning && fd.Confined {
				got = fd.Label
			}
		}
		if got != label {
			t.Errorf("%s: label %q, want %q", spec, got, label)
		}
	}
}

func TestAPortIsJudgedByTheRightsOfWhoBindsIt(t *testing.T) {
	user := &facts.Binder{Name: "www-data", User: "www-data"}
	unit := &facts.Binder{Name: "web.service", User: "www-data", Units: []string{"web.service", "web.socket"}}
	root := &facts.Binder{Name: "root.service", User: "root", Units: []string{"root.service"}, Privileged: true}
	bound := &facts.Binder{Name: "web.service", User: "root", Privileged: true, Deny: []facts.BindRule{{Protocol: port.TCP}},
		Allow: []facts.BindRule{{V6: true, Ports: port.Range{First: 8000, Last: 8999}}}}
	held := func(unit string) facts.PortUse {
		c := socket(facts.Listening, port.AnyDual, 80)
		c.Unit = unit
		return c
	}
	tests := []struct {
		name    string
		binder  *facts.Binder
		want    string
		errno   syscall.Errno // of the one who asks; 0: he could have the port
		claims  []facts.PortUse
		answer  Answer
		refusal syscall.Errno
	}{
		{"a user's low port, which root could have", user, "80", 0, nil, Denied, syscall.EACCES},
		{"a user's high port", user, "8080", 0, nil, Free, 0},
		{"a user's low port that somebody has", user, "80", syscall.EADDRINUSE, []facts.PortUse{by(held(""), 812, "nginx")}, Busy, 0},
		{"root's low port, which this user may not have", root, "80", syscall.EACCES, nil, Free, 0},
		{"root's low port that somebody has", root, "80", syscall.EACCES, []facts.PortUse{by(held(""), 812, "nginx")}, Busy, 0},
		{"a unit's low port, which it has", unit, "80", syscall.EADDRINUSE, []facts.PortUse{by(held("web.service"), 812, "web")}, Own, 0},
		{"a unit's low port, which systemd has for it", unit, "80", syscall.EADDRINUSE, []facts.PortUse{held("web.socket")}, Own, 0},
		{"a unit's low port, which systemd will take for it", unit, "80", 0,
			[]facts.PortUse{{Protocol: port.TCP, Binding: port.AnyDual, Ports: port.Single(80), State: facts.Enabled, Unit: "web.socket"}}, Free, 0},
		{"what the engine binds is not theirs", user, "-p 80:80", 0, nil, Free, 0},
		{"forbidden", bound, "9000", 0, nil, Denied, syscall.EPERM},
		{"forbidden and allowed", bound, "8080", 0, nil, Free, 0},
		{"forbidden, allowed to the other family", bound, "0.0.0.0:8080", 0, nil, Denied, syscall.EPERM},
		{"the other protocol", bound, "9000/udp", 0, nil, Free, 0},
		{"nobody was named", nil, "80", syscall.EACCES, nil, Denied, syscall.EACCES},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := want(t, tt.want)
			f := Facts{Kernel: debian, Binder: tt.binder, Uses: tt.claims, Probes: []facts.Probe{{Refusals: refuse(w, tt.errno)}},
				Owns: func(_ port.Requirement, c facts.PortUse) bool {
					return c.Unit == "web.service" || c.Unit == "web.socket"
				}}
			r := Judge([]port.Requirement{w}, f)[0]
			if r.Answer != tt.answer || r.Refusal != tt.refusal {
				t.Errorf("got answer %d and %v, want %d and %v", r.Answer, r.Refusal, tt.answer, tt.refusal)
			}
		})
	}
}
