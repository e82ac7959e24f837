package safeport

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/safeport/safeport/internal/claim"
	"github.com/safeport/safeport/internal/host"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/internal/verdict"
)

// writer turns the verdict's findings into sentences and remedies.
type writer struct {
	lang    Language
	subject subject
	ports   []Port
	holders [][]described // of each port
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
	again    func(changed, to string) string // the command that asks again, with another value for an option; empty: there is none
	changes  bool                            // that command is not a check
	mayLeave func(port.Want) bool            // whether its service could do without the host's network
	docker   string                          // "docker", "podman" or "docker -H unix://…"
	endpoint string
	// apart: that engine has its ports in another network than the one that was looked at; its process, where that is seen.
	apart     bool
	enginePID int
	rootCheck string // the whole request, with root's rights to look: it is about the same user, and the same engine
	asRoot    string // docker, as root calls it, who has another environment
	answers   bool   // that engine told of its containers
	knowsAll  bool   // of all that a Docker on this host has

	addressFor func(port.Want) netip.Addr // on which a want for all addresses can be had; zero: there is none
	resolver   host.Resolver
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
		w.inUse(&out, p, f.Want, args)
	case verdict.HolderUnseen:
		args["user"] = firstUser(p.Holders)
		say(map[verdict.Reason]message.Key{
			verdict.OtherUser: message.UnseenOtherUser, verdict.NoProcess: message.UnseenNoProcess, verdict.NoSocket: message.UnseenNoSocket,
		}[f.Reason])
		if f.Reason == verdict.OtherUser {
			w.remedy(&out, message.WhoAsRoot, nil, "sudo safeport who "+number(want))
		}
	case verdict.RedirectedPort:
		w.redirected(&out, p, f, args)
	case verdict.NotPublished:
		w.unbound(&out, want)
	case verdict.EngineRefuses:
		w.refused(&out, want)
	case verdict.BlockedOutside:
		w.blocked(&out, want, f.Blocks, w.facts.Probes[f.Want].Outside)
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
		if b := w.facts.Binder; f.Severity == verdict.Warning && b != nil {
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
		args["name"], args["other"] = w.ports[f.Want].Name, w.ports[f.Other].Name
		say(message.Duplicate)
		w.remedy(&out, message.DropOne, nil, "")
	case verdict.Latent:
		w.takenLater(&out, p, f, args)
	case verdict.Ephemeral:
		args["ranges"] = "net.ipv4.ip_local_port_range (" + w.kernel.Ephemeral.String() + ")"
		if len(f.Ranges) == 0 {
			say(message.EphemeralReserved)
			break
		}
		say(message.Ephemeral)
		if others := w.foreign(f.Want); len(others) > 0 {
			args["first"], args["holder"] = strconv.Itoa(others[0].Port), phrase(w.lang, others[0])
			say(message.EphemeralTaken)
		}
		w.crowded(&out, f)
		setting := "net.ipv4.ip_local_reserved_ports=" + reserved(w.kernel.Reserved, w.reserve)
		w.remedy(&out, message.Reserve, nil, fmt.Sprintf("echo %s | sudo tee /etc/sysctl.d/60-safeport.conf && sudo sysctl -w %s", setting, setting))
	case verdict.BrowserBlocked:
		say(message.BrowserBlocked)
		w.useOther(&out, p, want)
	case verdict.OtherFamily:
		args["holder"] = phrase(w.lang, holderOf(w.facts.Describe(want, f.Claim)))
		say(message.OtherFamily)
		w.remedy(&out, message.NameBoth, nil, "safeport check "+number(want))
	}
	return out
}

// remedy adds a choice that the user has.
func (w *writer) remedy(f *Finding, key message.Key, args message.Args, command string) {
	f.Remedies = append(f.Remedies, Remedy{Text: w.lang.Text(key, args), Command: command})
}

// severities are in the verdict's order, from the heaviest on.
var severities = []Severity{verdict.Error: Error, verdict.Warning: Warning, verdict.Info: Info}

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
