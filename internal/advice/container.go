package advice

import (
	"strconv"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/report"
)

// deniedContainer tells that the program of a container may not bind its port, on the host's network or in its own.
func (w *Builder) deniedContainer(out *report.Finding, p *report.Port, want port.Requirement, b *facts.Binder) {
	args := message.Args{"service": message.Clean(b.Name), "port": port.Spell(want), "user": message.Clean(b.User),
		"start": strconv.Itoa(w.Kernel.UnprivilegedStart), "target": want.Target.String(), "limit": strconv.Itoa(int(b.Limit))}
	root := port.IsRoot(b.User)
	key := message.DeniedContainer
	switch {
	case b.Own:
		key = message.DeniedInside
	case b.Helpers:
		key = message.DeniedHelpers
	case root:
		key = message.DeniedDropped
	}
	out.Message = w.Lang.Text(key, args)
	w.useOther(out, p, want)
	switch {
	case b.Helpers:
	case b.Own:
		w.remedy(out, message.SysctlInside, nil, "")
	case root:
		w.remedy(out, message.KeepCapability, nil, "")
	default:
		w.remedy(out, message.RunAsRoot, nil, "")
	}
	if b.Own {
		return
	}
	if b.LiftedInside && !b.Helpers {
		w.remedy(out, message.PublishInstead, nil, "")
	}
	first := strconv.Itoa(int(want.Ports.First))
	w.remedy(out, message.AllowPort, message.Args{"number": first}, "sudo sysctl -w net.ipv4.ip_unprivileged_port_start="+first)
}

// unbound tells why nobody gets in by a port.
func (w *Builder) unbound(out *report.Finding, want port.Requirement) {
	args := message.Args{"service": serviceOf(want), "port": port.Spell(want)}
	out.Message = w.Lang.Text(map[port.Unbound]message.Key{
		port.NoNetwork: message.UnboundNone, port.NoBridge: message.UnboundNoBridge, port.InternalNetwork: message.UnboundInternal, port.OwnAddress: message.UnboundOwn,
		port.Routed: message.UnboundRouted, port.Isolated: message.UnboundIsolated, port.HelpersNetwork: message.UnboundHelpers,
		port.MachinesNetwork: message.UnboundMachines,
	}[want.Unbound], args)
	switch want.Unbound {
	case port.OwnAddress, port.Routed:
		w.remedy(out, message.AskAddress, nil, "")
	case port.HelpersNetwork, port.MachinesNetwork:
		w.remedy(out, message.PublishInstead, nil, "")
		return
	}
	w.remedy(out, message.JoinBridge, args, "")
}

// refused tells why the engine does not make the container.
func (w *Builder) refused(out *report.Finding, want port.Requirement, why port.Unbound) {
	args := message.Args{"service": serviceOf(want), "port": port.Spell(want)}
	switch why {
	case port.RemappedUsers:
		out.Message = w.Lang.Text(message.RefusedRemapped, args)
		w.remedy(out, message.OwnUsers, args, "")
	case port.ChainsGone:
		out.Message = w.Lang.Text(message.RefusedChains, args)
		w.restartEngine(out)
	default:
		out.Message = w.Lang.Text(message.RefusedShared, args)
		w.remedy(out, message.PublishThere, nil, "")
	}
}

// restartEngine is how Docker gets its chains back, and what that ends.
func (w *Builder) restartEngine(out *report.Finding) {
	key, command := message.RestartEngine, ""
	if w.Subject.LiveRestore {
		key = message.RestartEngineLive
	}
	if w.Subject.EngineUnit != "" {
		command = "sudo systemctl restart " + message.Operands(w.Subject.EngineUnit)
	}
	w.remedy(out, key, nil, command)
}

// serviceOf names the service of a Compose file that wants a port, or what is asked about without one.
func serviceOf(want port.Requirement) string {
	if want.Container != nil {
		return message.Clean(want.Container.Service)
	}
	return message.Clean(want.Name)
}
