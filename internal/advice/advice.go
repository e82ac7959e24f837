package advice

import (
	"fmt"
	"strconv"

	"github.com/safeport/safeport/internal/describe"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/internal/verdict"
	"github.com/safeport/safeport/report"
)

// Write turns findings into the report's.
func (w *Builder) Write(findings []verdict.Finding) []report.Finding {
	for _, f := range findings {
		w.reserve = append(w.reserve, f.Ranges...)
	}
	list := make([]report.Finding, len(findings))
	for i, f := range findings {
		w.at = i
		list[i] = w.finding(f)
	}
	w.together(list)
	return list
}

func (w *Builder) finding(f verdict.Finding) report.Finding {
	out := report.Finding{Code: report.Code(f.Code), Severity: Severities[f.Severity], Remedies: []report.Remedy{}}
	if f.Required < 0 {
		return out
	}
	p, want := &w.Ports[f.Required], w.Results[f.Required].Required
	out.Port = p.Name
	args := message.Args{"port": port.Spell(want), "address": want.Addr.String(), "start": strconv.Itoa(w.Kernel.UnprivilegedStart)}
	say := func(key message.Key) { out.Message = w.Lang.Text(key, args) }

	switch f.Code {
	case verdict.PortInUse:
		w.inUse(&out, p, f.Required, args)
	case verdict.HolderUnseen:
		args["user"] = firstUser(p.Holders)
		key := map[verdict.Reason]message.Key{
			verdict.OtherUser: message.UnseenOtherUser, verdict.NoProcess: message.UnseenNoProcess, verdict.NoSocket: message.UnseenNoSocket,
		}[f.Reason]
		if key == message.UnseenNoSocket && want.Protocol == port.TCP && !w.Kernel.SeesBound {
			key = message.UnseenOldKernel
		}
		say(key)
		if f.Reason == verdict.OtherUser {
			w.remedy(&out, message.WhoAsRoot, nil, "sudo safeport who "+port.Number(want))
		}
	case verdict.RedirectedPort:
		w.redirected(&out, p, f, args)
	case verdict.NotPublished:
		w.unbound(&out, want)
	case verdict.EngineRefuses:
		w.refused(&out, want, f.Result.Refused)
	case verdict.BlockedOutside:
		w.blocked(&out, want, f.Blocks, w.Facts.Probes[f.Required].Outside)
	case verdict.PermissionDenied:
		if f.Confined {
			w.confined(&out, f, args)
			break
		}
		if f.Severity == verdict.Info {
			args["service"] = message.Clean(want.Container.Service)
			say(message.DeniedImage)
			break
		}
		if b := w.Facts.Binder; f.Severity == verdict.Warning && b != nil {
			args["name"], args["hooks"] = message.Clean(b.Name), hookNames(b.Hooks)
			say(message.DeniedMaybe)
			break
		}
		w.denied(&out, p, want, f.Result, say)
	case verdict.AddressUnavailable:
		w.unavailable(&out, want, f, args)
	case verdict.Undetermined:
		w.undetermined(&out, f.Result, args)
	case verdict.DuplicatePort:
		if want.Replica && want.Container != nil {
			args["service"] = message.Clean(want.Container.Service)
			say(message.DuplicateReplica)
			w.remedy(&out, message.OneReplica, nil, "")
			break
		}
		w.duplicate(&out, f, args)
	case verdict.Latent:
		w.takenLater(&out, p, f, args)
	case verdict.Ephemeral:
		args["ranges"] = w.Kernel.Ephemeral.String()
		if len(f.Ranges) == 0 {
			say(message.EphemeralReserved)
			break
		}
		say(message.Ephemeral)
		if others := w.foreign(f.Required); len(others) > 0 {
			args["first"], args["holder"] = strconv.Itoa(others[0].Port), phrase(w.Lang, others[0])
			say(message.EphemeralTaken)
		}
		w.ephemeralUse(&out, f)
		setting := "net.ipv4.ip_local_reserved_ports=" + reserved(w.Kernel.Reserved, w.reserve)
		w.remedy(&out, message.Reserve, nil, fmt.Sprintf("echo %s | sudo tee /etc/sysctl.d/60-safeport.conf && sudo sysctl -w %s", setting, setting))
	case verdict.BrowserBlocked:
		say(message.BrowserBlocked)
		w.useOther(&out, p, want)
	case verdict.PortShared:
		args["holder"] = phrase(w.Lang, describe.HolderOf(w.Facts.Describe(want, f.Use)))
		key := message.PortShared
		if want.Protocol == port.UDP {
			key = message.PortSharedUDP
		}
		say(key)
	case verdict.OtherFamily:
		args["holder"] = phrase(w.Lang, describe.HolderOf(w.Facts.Describe(want, f.Use)))
		say(message.OtherFamily)
		w.remedy(&out, message.NameBoth, nil, "safeport check "+port.Number(want))
	}
	return out
}

func firstUser(holders []report.Holder) string {
	for _, h := range holders {
		if h.Kind == report.HolderUnseen {
			return h.User
		}
	}
	return ""
}
