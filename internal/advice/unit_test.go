package advice

import (
	"os"
	"testing"
)

func TestSystemctlReachesTheSystemdThatHasTheUnit(t *testing.T) {
	tests := []struct {
		name   string
		ofUser bool
		uid    uint32
		want   string
	}{
		{"the host's", false, 0, "sudo systemctl "},
		{"root's own", true, 0, "sudo -u root XDG_RUNTIME_DIR=/run/user/0 systemctl --user "},
		{"of a user without a name", true, 4294967, "sudo -u '#4294967' XDG_RUNTIME_DIR=/run/user/4294967 systemctl --user "},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := systemctl(tt.ofUser, tt.uid); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
	if uid := os.Geteuid(); uid != 0 && systemctl(true, uint32(uid)) != "systemctl --user " {
		t.Errorf("one's own: got %q", systemctl(true, uint32(uid)))
	}
}
