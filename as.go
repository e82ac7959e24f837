package safeport

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"github.com/safeport/safeport/internal/claim"
	"github.com/safeport/safeport/internal/host"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/internal/verdict"
)

// readAs sees whether it was said of any port who is to bind it.
func (q *question) readAs() error {
	if q.req.As != "" && len(q.req.Ports) == 0 {
		return message.Errorf("--as says who binds ports himself: name one (80)")
	}
	return nil
}

// binder is who binds the ports that were given; nil is the one who asks.
func binder(ctx context.Context, as string, s *host.Survey) (*claim.Binder, error) {
	if as == "" {
		return nil, nil
	}
	b, err := s.Binder(ctx, as)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, message.Errorf("--as: this host has no user and no unit %q: units end in .service", as)
	}
	return b, err
}

// binds says whether a claim is of the very unit that is to bind the port.
func binds(b *claim.Binder, w port.Want, c claim.Claim) bool {
	return b != nil && w.Service == "" && w.Mode == port.Bind && !c.UserUnit && c.Machine.Kind == claim.NoMachine && c.Owner.ID == "" && slices.Contains(b.Units, c.Unit)
}

// deniedTo tells that who is to bind the port may not.
func (w *writer) deniedTo(out *Finding, p *Port, want port.Want, r *verdict.Result, b *claim.Binder) {
	name, isUnit := message.Clean(b.Name), strings.HasSuffix(b.Name, ".service")
	args := message.Args{"port": spell(want), "name": name, "user": message.Clean(b.User), "start": strconv.Itoa(w.kernel.UnprivilegedStart)}
	switch {
	case r.Refusal == syscall.EPERM:
		args["setting"] = forbidding(b, want)
		out.Message = w.lang.Text(message.DeniedUnitRule, args)
	case isUnit:
		out.Message = w.lang.Text(message.DeniedUnit, args)
	default:
		out.Message = w.lang.Text(message.DeniedUser, args)
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
func forbidding(b *claim.Binder, want port.Want) (setting string) {
	for n := int(want.Ports.First); n <= int(want.Ports.Last) && setting == ""; n++ {
		for _, at := range want.Bindings() {
			setting = cmp.Or(setting, b.Forbids(want.Protocol, at, uint16(n)))
		}
	}
	return setting
}

// hookNames lists programs: "forbid on /system.slice/web.service".
func hookNames(hooks []claim.Hook) string {
	var names []string
	for _, h := range hooks[:min(len(hooks), 3)] {
		names = append(names, message.Clean(h.Program)+" on "+message.Clean(h.Cgroup))
	}
	return strings.Join(names, ", ")
}

// confined tells that SELinux has a word in who binds the port.
func (w *writer) confined(out *Finding, f verdict.Finding, args message.Args) {
	key := message.Confined
	if args["label"] = message.Clean(f.Label); f.Label == "" {
		key = message.ConfinedUnseen
	}
	out.Message = w.lang.Text(key, args)
	w.remedy(out, message.SeeLabels, nil, "sudo semanage port -l")
}
