package check

import (
	"testing"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/port"
)

func TestWhoseSharedPortsAre(t *testing.T) {
	shared, plain := port.Requirement{Shared: true, UID: -1}, port.Requirement{UID: -1}
	for _, tt := range []struct {
		name string
		by   *facts.Binder
		want port.Requirement
		uid  int
	}{
		{"whoever asks", nil, shared, -1},
		{"nothing is shared", &facts.Binder{User: "root"}, plain, -1},
		{"a user by name", &facts.Binder{User: "root"}, shared, 0},
		{"a user by number, whom nobody has named", &facts.Binder{User: "54321"}, shared, 54321},
		{"a user that systemd is still to make up", &facts.Binder{User: "no such user"}, shared, nobodyElse},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := sharedBy(tt.by, []port.Requirement{tt.want})[0].UID; got != tt.uid {
				t.Errorf("uid %d, want %d", got, tt.uid)
			}
		})
	}
}
