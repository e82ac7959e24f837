package advice

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"github.com/safeport/safeport/internal/describe"
	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/verdict"
	"github.com/safeport/safeport/report"
)

// redirected tells that packets to a port go elsewhere: all of them, or as a warning some.
func (w *Builder) redirected(out *report.Finding, p *report.Port, f verdict.Finding, args message.Args) {
	want := w.Results[f.Required].Required
	holders := w.foreign(f.Required)
	switch {
	case f.Severity == verdict.Warning:
		holders = []describe.Holder{describe.HolderOf(w.Facts.Describe(want, f.Use))}
		args["holder"] = phrase(w.Lang, holders[0])
		key := message.RedirectedSome
		if rule := f.Use.Rule; rule.Backend == facts.Tracked {
			args["to"], key = rule.To.String(), message.RedirectedFlows
		}
		out.Message = w.Lang.Text(key, args)
	case len(holders) == 0:
		args["address"] = w.Facts.Probes[f.Required].Answered[0].String()
		out.Message = w.Lang.Text(message.RedirectedUnseen, args)
	default:
		key := message.Redirected
		if holders[0].Kind == report.HolderRule {
			key = message.RedirectedByRule
		}
		args["holder"] = phrase(w.Lang, holders[0])
		out.Message = w.Lang.Text(key, args)
	}
	w.useOther(out, p, want)
	if len(holders) > 0 {
		w.freeHolders(out, holders[:1], want)
	}
}

// showRule is the command that prints a rule.
func showRule(r facts.Rule) string {
	switch r.Backend {
	case facts.Routing:
		return r.Way.Command()
	case facts.IPVS:
		return "sudo ipvsadm -Ln"
	case facts.SKLookup:
		return "sudo bpftool link show"
	case facts.Legacy:
		return "sudo " + r.LegacyCommand() + " -t " + message.Quote(r.Table) + " -nvL " + message.Quote(r.Chain) + " --line-numbers"
	}
	return "sudo nft -a list chain " + r.Family + " " + message.Quote(r.Table) + " " + message.Quote(r.Chain)
}

// removeRule is the command that removes a rule and nothing else.
func removeRule(r facts.Rule) string {
	if r.Backend == facts.Legacy {
		return fmt.Sprintf("sudo %s -t %s -D %s %d", r.LegacyCommand(), message.Quote(r.Table), message.Quote(r.Chain), r.Number)
	}
	return fmt.Sprintf("sudo nft delete rule %s %s %s handle %d", r.Family, message.Quote(r.Table), message.Quote(r.Chain), r.Handle)
}

// leftover says whether a rule is of a container that is gone: the engine that wrote it knows none with the address that it
// sends packets to.
func (w *Builder) leftover(r facts.Rule) bool {
	return r.Author == "Docker" && r.Action == facts.DNAT && !r.Some && r.To.IsValid() && w.Subject.KnowsAll
}

// rulesUnseen says that rules could not be read, where a port can be had as far as all else tells: only then do they matter.
func (w *Builder) rulesUnseen(err error) []report.Finding {
	matters := slices.ContainsFunc(w.Results, func(r verdict.Result) bool {
		return (r.Answer == verdict.Free || r.Answer == verdict.Own) && r.Required.Ports.Len() > 0
	})
	if err == nil || !matters {
		return nil
	}
	f := report.Finding{
		Code: report.SourceFailed, Severity: report.Warning, Remedies: []report.Remedy{},
		Message: w.Lang.Text(message.RulesUnseen, message.Args{"reason": message.Clean(err.Error())}),
	}
	if errors.Is(err, fs.ErrPermission) {
		f.Unchecked = w.Lang.Sprintf("firewall and NAT rules")
	}
	w.remedy(&f, message.FullCheck, nil, w.Subject.RootCheck)
	return []report.Finding{f}
}
