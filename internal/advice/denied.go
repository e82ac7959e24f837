package advice

import (
	"strconv"
	"syscall"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/internal/verdict"
	"github.com/safeport/safeport/report"
)

// denied tells which right the binder lacks, and what gives it.
func (w *Builder) denied(out *report.Finding, p *report.Port, want port.Requirement, r *verdict.Result, say func(message.Key)) {
	if b := w.Facts.Programs[want.Name]; b != nil && !b.Privileged {
		w.deniedContainer(out, p, want, b)
		return
	}
	switch b := w.Facts.Binder; {
	case b != nil && want.Mode == port.Bind && want.Service == "":
		w.deniedTo(out, p, want, r, b)
		return
	case r.Refusal == syscall.EPERM && len(w.Facts.Hooks) > 0:
		out.Message = w.Lang.Text(message.DeniedHook, message.Args{"port": port.Spell(want), "hooks": hookNames(w.Facts.Hooks)})
		return
	case r.Refusal == syscall.EPERM:
		say(message.DeniedRule)
		return
	case want.Mode == port.Publish:
		say(message.DeniedRootless)
	default:
		say(message.Denied)
	}
	w.useOther(out, p, want)
	first := strconv.Itoa(int(want.Ports.First))
	w.remedy(out, message.AllowPort, message.Args{"number": first}, "sudo sysctl -w net.ipv4.ip_unprivileged_port_start="+first)
	if want.Mode == port.Bind {
		w.remedy(out, message.AsRoot, nil, "")
	}
}

// undetermined tells why neither the probe nor the tables could answer.
func (w *Builder) undetermined(out *report.Finding, r *verdict.Result, args message.Args) {
	switch {
	case !r.Required.Protocol.Tried():
		out.Message = w.Lang.Text(message.SCTPUntried, args)
	case r.Refusal == syscall.EACCES:
		out.Message = w.Lang.Text(message.UndeterminedTables, args)
		w.remedy(out, message.AskAsRoot, nil, w.Subject.RootCheck)
	case r.Refusal != 0:
		args["reason"] = r.Refusal.Error()
		out.Message = w.Lang.Text(message.Undetermined, args)
	case r.Required.Mode == port.Publish && w.Subject.Endpoint != "":
		args["endpoint"] = w.Subject.Endpoint
		out.Code = report.EngineRemote
		w.remote(out, args)
	default:
		out.Message = w.Lang.Text(message.NotAsked, args)
	}
}
