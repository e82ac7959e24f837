package advice

import (
	"os"
	"testing"

	"github.com/safeport/safeport/internal/facts"
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

// What is printed to start units again is run in lab/chains, but for units that no command there fails to free.
func TestUndoOfUnitsThatCannotJustBeStarted(t *testing.T) {
	const start = "sudo systemctl start web.service"
	const file = "/run/systemd/system/web.service.d/60-safeport.conf"
	tests := []struct {
		name    string
		control facts.Control
		want    string
	}{
		{"a plain one", facts.Control{}, start},
		{"masked", facts.Control{Masked: []string{"web.service"}}, "sudo systemctl unmask web.service && " + start + " && sudo systemctl mask web.service"},
		{"gone when it has stopped", facts.Control{Passing: []string{"web.service"}}, ""},
		{"with one that is gone then", facts.Control{Dependents: []string{"once.service"}, Passing: []string{"once.service"}}, ""},
		{"another one is masked", facts.Control{Masked: []string{"other.service"}}, start},
		{"not by hand", facts.Control{Unstartable: []string{"web.service"}}, "sudo mkdir -p -- /run/systemd/system/web.service.d && printf '[Unit]\\nRefuseManualStart=no\\n' | sudo tee -- " +
			file + " && sudo systemctl daemon-reload && " + start + " && sudo rm -- " + file + " && sudo systemctl daemon-reload"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := undoOf(facts.PortUse{Control: &tt.control}, []string{"web.service"})
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// sudo takes a number for a name unless it begins with "#". Who has no name in the host's own files may have one for sudo.
func TestSudoIsToldANumberAsOne(t *testing.T) {
	for user, want := range map[string]string{"": "sudo ", "anna": "sudo -iu anna ", "1000": "sudo -iu '#1000' "} {
		if got := asUser(user); got != want {
			t.Errorf("asUser(%q): got %q, want %q", user, got, want)
		}
	}
	for user, want := range map[string]string{"root": "sudo ", "anna": "sudo -u anna ", "1000": "sudo -u '#1000' "} {
		if got := asOwner(user); got != want {
			t.Errorf("asOwner(%q): got %q, want %q", user, got, want)
		}
	}
}
