package advice

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/safeport/safeport/internal/describe"
	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/host"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/internal/verdict"
	"github.com/safeport/safeport/report"
)

// Builder turns the verdict's findings into sentences and remedies.
type Builder struct {
	Lang    report.Language
	Subject Subject
	Ports   []report.Port
	Holders [][]describe.Holder // of each port
	Kernel  facts.Kernel
	Facts   verdict.Facts
	Results []verdict.Result
	reserve []port.Range // what the findings want kept from outgoing connections: the setting holds one list for all
	at      int          // the finding that is being written
	moves   []move
}

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

// Subject is what remedies have to repeat.
type Subject struct {
	Again func(changed, to string) string // the command that asks again, with another value for an option; empty: there is none
	// Next is the command that installs what was asked about, or changes it, with other values for options, each followed by
	// its value; empty: only asking again is left, which Check does.
	Next, Check func(options ...string) string
	// Option is the option that chooses the port of a requirement, and its value: "--port", "8080".
	Option   func(w port.Requirement, ports string) (option, value string)
	Changes  bool                        // that command is not a check
	MayLeave func(port.Requirement) bool // whether its service could do without the host's network
	Docker   string                      // "docker", "podman" or "docker -H unix://…"
	Endpoint string
	// apart: that engine has its ports in another network than the one that was looked at; its process, where that is seen.
	Apart     bool
	EnginePID int
	RootCheck string // the whole request, with root's rights to look: it is about the same user, and the same engine
	// EngineUnit is the systemd unit that runs that engine, and LiveRestore whether its containers run on without it.
	EngineUnit  string
	LiveRestore bool
	AsRoot      string // docker, as root calls it, who has another environment
	Answers     bool   // that engine told of its containers
	KnowsAll    bool   // of all that a Docker on this host has
	NoSudo      bool   // it is root who asks, on a host without sudo

	AddressFor func(port.Requirement) netip.Addr // on which a want for all addresses can be had; zero: there is none
	Resolver   host.Resolver
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

// remedy adds a choice that the user has.
func (w *Builder) remedy(f *report.Finding, key message.Key, args message.Args, command string) {
	f.Remedies = append(f.Remedies, report.Remedy{Text: w.Lang.Text(key, args), Command: w.here(command)})
}

// Severities are in the verdict's order, from the heaviest on.
var Severities = []report.Severity{verdict.Error: report.Error, verdict.Warning: report.Warning, verdict.Info: report.Info}

func firstUser(holders []report.Holder) string {
	for _, h := range holders {
		if h.Kind == report.HolderUnseen {
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
