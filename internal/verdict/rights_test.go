package verdict

import (
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/safeport/safeport/internal/claim"
	"github.com/safeport/safeport/internal/port"
)

func TestAProgramOnAUnitsCgroupIsWarnedOf(t *testing.T) {
	unit := &claim.Binder{Name: "web.service", Units: []string{"web.service"}, Privileged: true}
	hooked := *unit
	hooked.Hooks = []claim.Hook{{Cgroup: "/system.slice", Program: "cil"}}
	w := want(t, "8080")
	for binder, codesWant := range map[*claim.Binder][]string{unit: nil, &hooked: {PermissionDenied + " (warning)"}} {
		f := Facts{Kernel: debian, Binder: binder, Probes: make([]claim.Probe, 1)}
		if diff := cmp.Diff(codesWant, codes(Findings(Judge([]port.Want{w}, f), f, true))); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
	}
}

func TestALabelOfSELinuxIsWarnedOf(t *testing.T) {
	f := Facts{Kernel: debian, Probes: make([]claim.Probe, 1), Labels: &claim.PortLabels{List: []claim.PortLabel{{Protocol: port.TCP, Ports: port.Single(8081), Type: "http_port_t"}}}}
	for spec, label := range map[string]string{"8081": "http_port_t", "8082": "", "40000": "none", "-p 8081:80": "none"} {
		w := want(t, spec)
		got := "none"
		for _, fd := range Findings(Judge([]port.Want{w}, f), f, true) {
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
	user := &claim.Binder{Name: "www-data", User: "www-data"}
	unit := &claim.Binder{Name: "web.service", User: "www-data", Units: []string{"web.service", "web.socket"}}
	root := &claim.Binder{Name: "root.service", User: "root", Units: []string{"root.service"}, Privileged: true}
	bound := &claim.Binder{Name: "web.service", User: "root", Privileged: true, Deny: []claim.BindRule{{Protocol: port.TCP}},
		Allow: []claim.BindRule{{V6: true, Ports: port.Range{First: 8000, Last: 8999}}}}
	held := func(unit string) claim.Claim {
		c := socket(claim.Listening, port.AnyDual, 80)
		c.Unit = unit
		return c
	}
	tests := []struct {
		name    string
		binder  *claim.Binder
		want    string
		errno   syscall.Errno // of the one who asks; 0: he could have the port
		claims  []claim.Claim
		answer  Answer
		refusal syscall.Errno
	}{
		{"a user's low port, which root could have", user, "80", 0, nil, Denied, syscall.EACCES},
		{"a user's high port", user, "8080", 0, nil, Free, 0},
		{"a user's low port that somebody has", user, "80", syscall.EADDRINUSE, []claim.Claim{by(held(""), 812, "nginx")}, Busy, 0},
		{"root's low port, which this user may not have", root, "80", syscall.EACCES, nil, Free, 0},
		{"root's low port that somebody has", root, "80", syscall.EACCES, []claim.Claim{by(held(""), 812, "nginx")}, Busy, 0},
		{"a unit's low port, which it has", unit, "80", syscall.EADDRINUSE, []claim.Claim{by(held("web.service"), 812, "web")}, Own, 0},
		{"a unit's low port, which systemd has for it", unit, "80", syscall.EADDRINUSE, []claim.Claim{held("web.socket")}, Own, 0},
		{"a unit's low port, which systemd will take for it", unit, "80", 0,
			[]claim.Claim{{Protocol: port.TCP, Binding: port.AnyDual, Ports: port.Single(80), State: claim.Enabled, Unit: "web.socket"}}, Free, 0},
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
			f := Facts{Kernel: debian, Binder: tt.binder, Claims: tt.claims, Probes: []claim.Probe{{Refusals: refuse(w, tt.errno)}},
				Owns: func(_ port.Want, c claim.Claim) bool { return c.Unit == "web.service" || c.Unit == "web.socket" }}
			r := Judge([]port.Want{w}, f)[0]
			if r.Answer != tt.answer || r.Refusal != tt.refusal {
				t.Errorf("got answer %d and %v, want %d and %v", r.Answer, r.Refusal, tt.answer, tt.refusal)
			}
		})
	}
}
