package systemd

import (
	"path/filepath"
	"slices"
	"strings"
)

// unreached are targets that no ordinary start of the host comes to, or of a user's systemd where he has no screen.
var unreached = []string{
	"rescue.target", "emergency.target", "halt.target", "poweroff.target", "reboot.target", "kexec.target", "shutdown.target",
	"final.target", "sleep.target", "suspend.target", "hibernate.target", "hybrid-sleep.target",
	"suspend-then-hibernate.target", "system-update.target",
	"exit.target", "graphical-session.target", "graphical-session-pre.target", "xdg-desktop-autostart.target",
}

// starting are the names of the units of a kind (".socket") that start with the host: those that "systemctl enable", a
// distribution or a generator has made a link to in the directory of another unit that starts. Presets only matter when
// a unit is installed, and are not looked at.
func (m *Manager) starting(kind string) map[string]bool {
	starts := map[string]bool{}
	seen := map[string]bool{}
	for _, dir := range m.index().pulls {
		by := filepath.Base(dir)
		for _, e := range m.readDir(dir) {
			name := e.Name()
			// A link to /dev/null in an earlier directory takes a later one back.
			if place := by + "/" + name; strings.HasSuffix(name, kind) && !strings.Contains(name, "@.") && !seen[place] {
				seen[place] = true
				_, masked := m.resolve(filepath.Join(dir, name))
				if !masked && !slices.Contains(unreached, strings.TrimSuffix(by, filepath.Ext(by))) {
					starts[name] = true
				}
			}
		}
	}
	return starts
}
