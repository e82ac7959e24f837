package advice

import (
	"cmp"
	"strconv"
	"strings"
	"syscall"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/internal/verdict"
	"github.com/safeport/safeport/report"
)

// deniedTo tells that who is to bind the port may not.
func (w *Builder) deniedTo(out *report.Finding, p *report.Port, want port.Requirement, r *verdict.Result, b *facts.Binder) {
	name, isUnit := message.Clean(b.Name), strings.HasSuffix(b.Name, ".service")
	args := message.Args{"port": port.Spell(want), "name": name, "user": message.Clean(b.User), "start": strconv.Itoa(w.Kernel.UnprivilegedStart)}
	switch {
	case r.Refusal == syscall.EPERM:
		args["setting"] = forbidding(b, want)
		out.Message = w.Lang.Text(message.DeniedUnitRule, args)
	case isUnit:
		out.Message = w.Lang.Text(message.DeniedUnit, args)
	default:
		out.Message = w.Lang.Text(message.DeniedUser, args)
	}
	w.useOther(out, p, want)
	if r.Refusal == syscall.EPERM {
		return
	}
	if isUnit {
		dir := "/etc/systemd/system/" + b.Name + ".d"
		w.remedy(out, message.GiveCapability, nil, "sudo mkdir -p "+message.Quote(dir)+
			` && printf '[Service]\nAmbientCapabilities=CAP_NET_BIND_SERVICE\n' | sudo tee `+message.Quote(dir+"/ports.conf")+" && sudo systemctl daemon-reload")
	}
	first := strconv.Itoa(int(want.Ports.First))
	w.remedy(out, message.AllowPort, message.Args{"number": first}, "sudo sysctl -w net.ipv4.ip_unprivileged_port_start="+first)
}

// forbidding is the setting of a unit that keeps it from a want.
func forbidding(b *facts.Binder, want port.Requirement) (setting string) {
	for n := int(want.Ports.First); n <= int(want.Ports.Last) && setting == ""; n++ {
		for _, at := range want.Bindings() {
			setting = cmp.Or(setting, b.Forbids(want.Protocol, at, uint16(n)))
		}
	}
	return setting
}

// hookNames lists programs: "forbid on /system.slice/web.service".
func hookNames(hooks []facts.Hook) string {
	var names []string
	for _, h := range hooks[:min(len(hooks), 3)] {
		names = append(names, message.Clean(h.Program)+" on "+message.Clean(h.Cgroup))
	}
	return strings.Join(names, ", ")
}

// confined tells that SELinux has a word in who binds the port.
func (w *Builder) confined(out *report.Finding, f verdict.Finding, args message.Args) {
	key := message.Confined
	if args["label"] = message.Clean(f.Label); f.Label == "" {
		key = message.ConfinedUnseen
	}
	out.Message = w.Lang.Text(key, args)
	w.remedy(out, message.SeeLabels, nil, "sudo semanage port -l")
}
