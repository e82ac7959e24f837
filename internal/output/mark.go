package output

import (
	"slices"

	"github.com/safeport/safeport/report"
)

// mark is the sign in front of a row: how its port fared, at a glance and without colour.
type mark struct {
	sign, ascii string
	style       style
}

func (p *page) mark(m mark) cell {
	if p.opt.UTF8 {
		return cell{m.sign + " ", m.style}
	}
	return cell{m.ascii + " ", m.style}
}

// ASCII signs are what log files and serial consoles show; "ok" would not line up with one-letter signs.
func passed() mark { return mark{"✓", "+", green} }
func failed() mark { return mark{"✗", "x", red} }
func warned() mark { return mark{"!", "!", yellow} }
func unsure() mark { return mark{"?", "?", yellow} }
func noted() mark  { return mark{"·", "-", dim} }

// portMark weighs a port's verdict and what was found about it: a free port that the request wants twice has failed.
func portMark(p report.Port, findings []report.Finding) mark {
	switch worst := worstOf(findings); {
	case p.Verdict == report.PortUnknown && !slices.ContainsFunc(findings, isDuplicate):
		return unsure()
	case worst == report.Error:
		return failed()
	case worst == report.Warning || !canBeHad(p):
		return warned()
	}
	return passed()
}

func severityMark(s report.Severity) mark {
	switch s {
	case report.Error:
		return failed()
	case report.Warning:
		return warned()
	}
	return noted()
}

// worstOf is the highest severity among the findings; empty when there are none.
func worstOf(findings []report.Finding) report.Severity {
	var worst report.Severity
	for _, f := range findings {
		switch {
		case f.Severity == report.Error:
			return report.Error
		case f.Severity == report.Warning:
			worst = report.Warning
		case worst == "":
			worst = report.Info
		}
	}
	return worst
}

// canBeHad says whether the verdict lets the binder have the port.
func canBeHad(p report.Port) bool {
	return p.Verdict == report.PortFree || p.Verdict == report.PortOwn
}

// Sign is a sign in front of a line of progress, as the screen can show it: "✓", "✗", "!" or "·".
func (o Options) Sign(sign string) string {
	for _, m := range []mark{passed(), failed(), warned(), noted()} {
		if m.sign != sign {
			continue
		}
		if !o.UTF8 {
			return m.ascii
		}
	}
	return sign
}
