package advice

import (
	"errors"
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
