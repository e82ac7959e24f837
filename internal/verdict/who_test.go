package verdict

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/safeport/safeport/internal/claim"
	"github.com/safeport/safeport/internal/port"
)

func TestAttributeNamesEverybodyOnThePort(t *testing.T) {
	nginx := by(socket(claim.Listening, port.AnyV4, 80), 812, "nginx")
	tests := []struct {
		name     string
		claims   []claim.Claim
		answer   Answer
		holders  []string
		findings []string
	}{
		{"nobody", nil, Free, nil, nil},
		{"a listener", []claim.Claim{nginx}, Busy, []string{"process 812 on 80"}, []string{PortInUse}},
		{"a listener on one address", []claim.Claim{by(socket(claim.Listening, addr("127.0.0.9"), 80), 812, "nginx")}, Busy, []string{"process 812 on 80"}, []string{PortInUse}},
		{"a listener, without its connections", []claim.Claim{by(connection(port.AnyV4, 80, 50000, claim.OpenedByRemote), 813, "nginx"), nginx},
			Busy, []string{"process 812 on 80"}, []string{PortInUse}},
		{"a connection alone", []claim.Claim{by(connection(port.AnyV4, 80, 443, claim.OpenedHere), 812, "curl")}, Busy, []string{"process 812 on 80"}, []string{PortInUse}},
		{"listeners of two families", []claim.Claim{nginx, by(socket(claim.Listening, port.AnyV6, 80), 900, "caddy")},
			Busy, []string{"process 812 on 80", "process 900 on 80"}, []string{PortInUse}},
		{"a container without a socket", []claim.Claim{container("web", claim.Published, port.AnyV4, 80)}, Redirected, []string{"container web on 80"}, []string{RedirectedPort}},
		{"a stopped container", []claim.Claim{container("old", claim.Stopped, port.AnyV4, 80)}, Free, nil, []string{Latent + " (warning)"}},
		{"a hidden owner", []claim.Claim{socket(claim.Listening, port.AnyV4, 80)}, Busy, []string{"unseen on 80"}, []string{PortInUse, HolderUnseen + " (warning)"}},
		{"another protocol", []claim.Claim{{Protocol: port.UDP, Binding: port.AnyV4, Ports: port.Single(80), State: claim.Bound, Socket: &claim.Socket{Inode: 1}}}, Free, nil, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := Facts{Kernel: debian, Claims: tt.claims}
			results := Attribute([]port.Want{want(t, "80")}, f)
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
