package safeport

import (
	"fmt"
	"slices"

	"github.com/safeport/safeport/internal/claim"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/verdict"
)

// redirected tells that packets to a port go elsewhere: all of them, or as a warning some.
func (w *writer) redirected(out *Finding, p *Port, f verdict.Finding, args message.Args) {
	want := w.results[f.Want].Want
	holders := w.foreign(f.Want)
	switch {
	case f.Severity == verdict.Warning:
		holders = []described{holderOf(w.facts.Describe(want, f.Claim))}
		args["holder"] = phrase(w.lang, holders[0])
		out.Message = w.lang.Text(message.RedirectedSome, args)
	case len(holders) == 0:
		args["address"] = w.facts.Probes[f.Want].Answered[0].String()
		out.Message = w.lang.Text(message.RedirectedUnseen, args)
	default:
		key := message.Redirected
		if holders[0].Kind == HolderRule {
			key = message.RedirectedByRule
		}
		args["holder"] = phrase(w.lang, holders[0])
		out.Message = w.lang.Text(key, args)
	}
	w.useOther(out, p, want)
	if len(holders) > 0 {
		w.freeHolders(out, holders[:1], want)
	}
}

// showRule is the command that prints a rule.
func showRule(r claim.Rule) string {
	switch r.Backend {
	case claim.Routing:
		return r.Way.Command()
	case claim.IPVS:
		return "sudo ipvsadm -Ln"
	case claim.SKLookup:
		return "sudo bpftool link show"
	case claim.Legacy:
		return "sudo " + r.LegacyCommand() + " -t " + message.Quote(r.Table) + " -nvL " + message.Quote(r.Chain) + " --line-numbers"
	}
	return "sudo nft -a list chain " + r.Family + " " + message.Quote(r.Table) + " " + message.Quote(r.Chain)
}

// removeRule is the command that removes a rule and nothing else.
func removeRule(r claim.Rule) string {
	if r.Backend == claim.Legacy {
		return fmt.Sprintf("sudo %s -t %s -D %s %d", r.LegacyCommand(), message.Quote(r.Table), message.Quote(r.Chain), r.Number)
	}
	return fmt.Sprintf("sudo nft delete rule %s %s %s handle %d", r.Family, message.Quote(r.Table), message.Quote(r.Chain), r.Handle)
}

// leftover says whether a rule is of a container that is gone: the engine that wrote it knows none with the address that it
// sends packets to.
func (w *writer) leftover(r claim.Rule) bool {
	return r.Author == "Docker" && r.Action == claim.DNAT && !r.Some && r.To.IsValid() && w.subject.knowsAll
}

// rulesUnseen says that rules could not be read, where a port can be had as far as all else tells: only then do they matter.
func (w *writer) rulesUnseen(err error) []Finding {
	matters := slices.ContainsFunc(w.results, func(r verdict.Result) bool {
		return (r.Answer == verdict.Free || r.Answer == verdict.Own) && r.Want.Ports.Len() > 0
	})
	if err == nil || !matters {
		return nil
	}
	f := Finding{
		Code: SourceFailed, Severity: Warning, Remedies: []Remedy{},
		Message: w.lang.Text(message.RulesUnseen, message.Args{"reason": message.Clean(err.Error())}),
	}
	w.remedy(&f, message.SeeRules, nil, w.subject.rootCheck)
	return []Finding{f}
}
