package safeport

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"safeport/internal/claim"
	"safeport/internal/message"
	"safeport/internal/port"
	"safeport/internal/verdict"
)

// writer turns the verdict's findings into sentences and remedies.
type writer struct {
	lang    Language
	subject subject
	ports   []Port
	kernel  claim.Kernel
	facts   verdict.Facts
	results []verdict.Result
	reserve []port.Range // what the findings want kept from outgoing connections: the setting holds one list for all
}

// write turns findings into the report's.
func (w *writer) write(findings []verdict.Finding) []Finding {
	for _, f := range findings {
		w.reserve = append(w.reserve, f.Ranges...)
	}
	list := make([]Finding, len(findings))
	for i, f := range findings {
		list[i] = w.finding(f)
	}
	return list
}

// subject is what remedies have to repeat.
type subject struct {
	check    string                          // the whole request, as a command that changes nothing
	again    func(changed, to string) string // the command that asks again, with another value for an option; empty: there is none
	changes  bool                            // that command is not a check
	mayLeave func(port.Want) bool            // whether its service could do without the host's network
	docker   string                          // "docker", "podman" or "docker -H unix://…"
	endpoint string
	// apart: that engine has its ports in another network than the one that was looked at; its process, where that is seen.
	apart     bool
	enginePID int
}

func (w *writer) finding(f verdict.Finding) Finding {
	out := Finding{Code: Code(f.Code), Severity: severities[f.Severity], Remedies: []Remedy{}}
	if f.Want < 0 {
		return out
	}
	p, want := &w.ports[f.Want], w.results[f.Want].Want
	out.Port = p.Name
	args := message.Args{"port": spell(want), "address": want.Addr.String(), "start": strconv.Itoa(w.kernel.UnprivilegedStart)}
	say := func(key message.Key) { out.Message = w.lang.Text(key, args) }

	switch f.Code {
	case verdict.PortInUse:
		w.inUse(&out, p, want, args)
	case verdict.HolderUnseen:
		args["user"] = firstUser(p.Holders)
		say(map[verdict.Reason]message.Key{
			verdict.OtherUser: message.UnseenOtherUser, verdict.NoProcess: message.UnseenNoProcess, verdict.NoSocket: message.UnseenNoSocket,
		}[f.Reason])
		if f.Reason == verdict.OtherUser {
			out.add(w.lang, message.WhoAsRoot, nil, "sudo safeport who "+number(want))
		}
	case verdict.RedirectedPort:
		w.redirected(&out, p, f, args)
	case verdict.BlockedOutside:
		w.blocked(&out, want, f.Blocks, w.facts.Probes[f.Want].Outside)
	case verdict.PermissionDenied:
		if f.Confined {
			w.confined(&out, f, args)
			break
		}
		if b := w.facts.Binder; f.Severity == verdict.Warning && b != nil {
			args["name"], args["hooks"] = message.Clean(b.Name), hookNames(b.Hooks)
			say(message.DeniedMaybe)
			break
		}
		w.denied(&out, p, want, f.Result, say)
	case verdict.AddressUnavailable:
		say(message.Unavailable)
		out.add(w.lang, message.OwnAddresses, nil, "ip -brief address")
	case verdict.Undetermined:
		w.undetermined(&out, f.Result, args)
	case verdict.DuplicatePort:
		args["name"], args["other"] = w.ports[f.Want].Name, w.ports[f.Other].Name
		say(message.Duplicate)
		out.add(w.lang, message.DropOne, nil, "")
	case verdict.Latent:
		w.takenLater(&out, p, f, args)
	case verdict.Ephemeral:
		args["ranges"] = "net.ipv4.ip_local_port_range (" + w.kernel.Ephemeral.String() + ")"
		if len(f.Ranges) == 0 {
			say(message.EphemeralReserved)
			break
		}
		say(message.Ephemeral)
		if others := foreign(p.Holders); len(others) > 0 {
			args["first"], args["holder"] = strconv.Itoa(others[0].Port), others[0].phrase(w.lang)
			say(message.EphemeralTaken)
		}
		w.crowded(&out, f)
		setting := "net.ipv4.ip_local_reserved_ports=" + reserved(w.kernel.Reserved, w.reserve)
		out.add(w.lang, message.Reserve, nil, fmt.Sprintf("echo %s | sudo tee /etc/sysctl.d/60-safeport.conf && sudo sysctl -w %s", setting, setting))
	case verdict.BrowserBlocked:
		say(message.BrowserBlocked)
		w.useOther(&out, p, want)
	case verdict.OtherFamily:
		args["holder"] = holderOf(w.facts.Describe(want, f.Claim)).phrase(w.lang)
		say(message.OtherFamily)
		out.add(w.lang, message.NameBoth, nil, "safeport check "+number(want))
	}
	return out
}

func (f *Finding) add(l Language, key message.Key, args message.Args, command string) {
	f.Remedies = append(f.Remedies, Remedy{Text: l.Text(key, args), Command: command})
}

// severities are in the verdict's order, from the heaviest on.
var severities = []Severity{verdict.Error: Error, verdict.Warning: Warning, verdict.Info: Info}

func (w *writer) inUse(out *Finding, p *Port, want port.Want, args message.Args) {
	others := foreign(p.Holders)
	key := message.InUse
	switch {
	case len(others) == 0:
		args["holder"] = w.lang.Text(message.HolderNone, nil)
	case want.Ports.Len() > 1:
		key = message.InUseSome
		taken := map[int]bool{}
		for _, h := range others {
			taken[h.Port] = true
		}
		args["count"], args["first"] = strconv.Itoa(len(taken)), strconv.Itoa(others[0].Port)
		args["holder"] = others[0].phrase(w.lang)
	default:
		args["holder"] = others[0].phrase(w.lang)
	}
	out.Message = w.lang.Text(key, args)
	w.useOther(out, p, want)
	if want.Mode == port.Bind && w.subject.mayLeave(want) {
		if command := w.subject.again("--set", "network=bridge"); command != "" {
			out.add(w.lang, message.UseBridge, nil, command)
		}
	}
	freed := map[string]bool{}
	for _, h := range others {
		if name := fmt.Sprint(h.Kind, h.Name, h.PID, h.Unit); !freed[name] && len(freed) < 3 {
			freed[name] = true
			w.freeHolder(out, h)
		}
	}
}

func foreign(holders []Holder) []Holder {
	var others []Holder
	for _, h := range holders {
		if !h.Own {
			others = append(others, h)
		}
	}
	return others
}

// freeHolder says how a holder gives the port back. Nothing is ever told to be killed.
func (w *writer) freeHolder(out *Finding, h Holder) {
	switch {
	case h.forContainer:
		out.add(w.lang, message.FindContainer, nil, fmt.Sprintf("%s ps --filter publish=%d", w.subject.commandBehind(h), h.Port))
	case h.rule != nil:
		out.add(w.lang, message.ShowRule, nil, showRule(*h.rule))
	case h.Kind == HolderContainer && h.Container.Service:
		out.add(w.lang, message.UnpublishService, nil, fmt.Sprintf("%s service update --publish-rm %d %s", w.subject.commandOf(h.Container), h.Port, message.Quote(h.Name)))
	case h.Kind == HolderContainer:
		out.add(w.lang, message.StopContainer, nil, w.subject.commandOf(h.Container)+" stop "+message.Quote(h.Name))
	case h.Unit != "":
		out.add(w.lang, message.StopUnit, nil, systemctl(h.userUnit, h.unitUID)+"stop "+units(h))
	case h.State == "time-wait":
		out.add(w.lang, message.WaitTimeWait, message.Args{"seconds": h.secondsLeft()}, "")
	case h.State == "connected" && h.Protocol == "tcp":
		setting := "net.ipv4.ip_local_reserved_ports=" + reserved(w.kernel.Reserved, []port.Range{port.Single(uint16(h.Port))})
		out.add(w.lang, message.EndConnection, nil, "sudo sysctl -w "+setting)
	case h.Kind == HolderProcess:
		out.add(w.lang, message.StopProcess, message.Args{"name": h.Name, "pid": strconv.Itoa(h.PID)}, "")
	}
}

func (w *writer) denied(out *Finding, p *Port, want port.Want, r *verdict.Result, say func(message.Key)) {
	switch b := w.facts.Binder; {
	case b != nil && want.Mode == port.Bind && want.Service == "":
		w.deniedTo(out, p, want, r, b)
		return
	case r.Refusal == syscall.EPERM && len(w.facts.Hooks) > 0:
		out.Message = w.lang.Text(message.DeniedHook, message.Args{"port": spell(want), "hooks": hookNames(w.facts.Hooks)})
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
	out.add(w.lang, message.AllowPort, message.Args{"number": first}, "sudo sysctl -w net.ipv4.ip_unprivileged_port_start="+first)
	if want.Mode == port.Bind {
		out.add(w.lang, message.AsRoot, nil, "")
	}
}

func (w *writer) undetermined(out *Finding, r *verdict.Result, args message.Args) {
	switch {
	case r.Refusal == syscall.EACCES:
		out.Message = w.lang.Text(message.UndeterminedTables, args)
		out.add(w.lang, message.AskAsRoot, nil, "sudo "+w.subject.again("", ""))
	case r.Refusal != 0:
		args["reason"] = r.Refusal.Error()
		out.Message = w.lang.Text(message.Undetermined, args)
	case r.Want.Mode == port.Publish && w.subject.endpoint != "":
		args["endpoint"] = w.subject.endpoint
		out.Code = EngineRemote
		w.remote(out, args)
	default:
		out.Message = w.lang.Text(message.NotAsked, args)
	}
}

func firstUser(holders []Holder) string {
	for _, h := range holders {
		if h.Kind == HolderUnseen {
			return h.User
		}
	}
	return ""
}

// reserved is the value of ip_local_reserved_ports with the ranges added: the setting replaces the whole list.
func reserved(have, add []port.Range) string {
	all := slices.Concat(have, add)
	slices.SortFunc(all, func(a, b port.Range) int { return cmp.Compare(a.First, b.First) })
	var merged []port.Range
	for _, r := range all {
		if last := len(merged) - 1; last >= 0 && int(r.First) <= int(merged[last].Last)+1 {
			merged[last].Last = max(merged[last].Last, r.Last)
			continue
		}
		merged = append(merged, r)
	}
	words := make([]string, len(merged))
	for i, r := range merged {
		words[i] = r.String()
	}
	return strings.Join(words, ",")
}
