package host

import (
	"slices"
	"syscall"
	"time"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/host/hook"
	"github.com/safeport/safeport/internal/host/selinux"
	"github.com/safeport/safeport/internal/port"
)

// readHooks finds what may have forbidden the probe to bind a port, if anything has.
func (s *Survey) readHooks() {
	forbidden := func(r facts.Refusal) bool { return r.Errno == syscall.EPERM }
	if !slices.ContainsFunc(s.Probes, func(p facts.Probe) bool { return slices.ContainsFunc(p.Refusals, forbidden) }) {
		return
	}
	start := time.Now()
	var err error
	s.Hooks, err = hook.Own(procRoot)
	s.note(Source{Name: "cgroup", Err: err, Took: time.Since(start)})
}

// readLabels reads how SELinux labels ports, where it enforces its policy and a program binds one itself: engines are not
// confined in that.
func (s *Survey) readLabels(wants []port.Requirement) {
	binds := func(w port.Requirement) bool { return w.Mode == port.Bind }
	if !selinux.Enforcing("/") || !slices.ContainsFunc(wants, binds) {
		return
	}
	start := time.Now()
	labels, err := selinux.Labels("/")
	s.Labels = &facts.PortLabels{List: labels}
	s.note(Source{Name: "selinux", Err: err, Took: time.Since(start)})
}

// hooksOf are the programs that may forbid a unit to bind. That they cannot be listed is no reason to say anything: a unit
// hardly ever has any.
func hooksOf(cgroup string) []facts.Hook {
	hooks, _ := hook.Of(procRoot, cgroup)
	// What systemd itself attaches says what the unit's file says.
	return slices.DeleteFunc(hooks, func(h facts.Hook) bool { return h.Program == "sd_bind4" || h.Program == "sd_bind6" })
}
