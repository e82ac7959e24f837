package verdict

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/port"
)

func TestAttributeNamesEverybodyOnThePort(t *testing.T) {
	nginx := by(socket(facts.Listening, port.AnyV4, 80), 812, "nginx")
	tests := []struct {
		name     string
		claims   []facts.PortUse
		answer   Answer
		holders  []string
		findings []string
	}{
		{"nobody", nil, Free, nil, nil},
		{"a listener", []facts.PortUse{nginx}, Busy, []string{"process 812 on 80"}, []string{PortInUse}},
		{"a listener on one address", []facts.PortUse{by(socket(facts.Listening, addr("127.0.0.9"), 80), 812, "nginx")}, Busy, []string{"process 812 on 80"}, []string{PortInUse}},
		{"a listener, without its connections", []facts.PortUse{by(connection(port.AnyV4, 80, 50000, facts.OpenedByRemote), 813, "nginx"), nginx},
			Busy, []string{"process 812 on 80"}, []string{PortInUse}},
		{"a connection alone", []facts.PortUse{by(connection(port.AnyV4, 80, 443, facts.OpenedHere), 812, "curl")}, Busy, []string{"process 812 on 80"}, []string{PortInUse}},
		{"listeners of two families", []facts.PortUse{nginx, by(socket(facts.Listening, port.AnyV6, 80), 900, "caddy")},
			Busy, []string{"process 812 on 80", "process 900 on 80"}, []string{PortInUse}},
		{"a container without a socket", []facts.PortUse{container("web", facts.Published, port.AnyV4, 80)}, Redirected, []string{"container web on 80"}, []string{RedirectedPort}},
		{"a stopped container", []facts.PortUse{container("old", facts.Stopped, port.AnyV4, 80)}, Free, nil, []string{Latent + " (warning)"}},
		{"a hidden owner", []facts.PortUse{socket(facts.Listening, port.AnyV4, 80)}, Busy, []string{"unseen on 80"}, []string{PortInUse, HolderUnseen + " (warning)"}},
		{"another protocol", []facts.PortUse{{Protocol: port.UDP, Binding: port.AnyV4, Ports: port.Single(80), State: facts.Bound, Socket: &facts.Socket{Inode: 1}}}, Free, nil, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := Facts{Kernel: debian, Uses: tt.claims}
			results := Attribute([]port.Requirement{want(t, "80")}, f)
			if results[0].Answer != tt.answer {
				t.Errorf("answer %d, want %d", results[0].Answer, tt.answer)
			}
			if diff := cmp.Diff(tt.holders, describe(results[0].Holders)); diff != "" {
				t.Errorf("holders -want +got:\n%s", diff)
			}
			if diff := cmp.Diff(tt.findings, codes(WhoFindings(results, f, false))); diff != "" {
				t.Errorf("findings -want +got:\n%s", diff)
			}
		})
	}
}

func TestWhyAHolderIsNotSeen(t *testing.T) {
	tests := []struct {
		name       string
		holders    []Holder
		privileged bool
		want       Reason
	}{
		{"no table shows a socket", nil, true, NoSocket},
		{"its process is another user's", []Holder{{Kind: Unseen}}, false, OtherUser},
		{"no process has it, and all were looked at", []Holder{{Kind: Unseen}}, true, NoProcess},
		{"it is seen", []Holder{{Kind: Process}}, false, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got Reason
			for _, f := range unseen(0, &Result{Answer: Busy, Holders: tt.holders}, tt.privileged) {
				got = f.Reason
			}
			if got != tt.want {
				t.Errorf("reason %d, want %d", got, tt.want)
			}
		})
	}
}
