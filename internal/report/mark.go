package report

import (
	"slices"

	"github.com/safeport/safeport"
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
func portMark(p safeport.Port, findings []safeport.Finding) mark {
	switch worst := worstOf(findings); {
	case p.Verdict == safeport.PortUnknown && !slices.ContainsFunc(findings, isDuplicate):
		return unsure()
	case worst == safeport.Error:
		return failed()
	case worst == safeport.Warning || !canBeHad(p):
		return warned()
	}
	return passed()
}

func severityMark(s safeport.Severity) mark {
	switch s {
	case safeport.Error:
		return failed()
	case safeport.Warning:
		return warned()
	}
	return noted()
}

// worstOf is the highest severity among the findings; empty when there are none.
func worstOf(findings []safeport.Finding) safeport.Severity {
	var worst safeport.Severity
	for _, f := range findings {
		switch {
		case f.Severity == safeport.Error:
			return safeport.Error
		case f.Severity == safeport.Warning:
			worst = safeport.Warning
		case worst == "":
			worst = safeport.Info
		}
	}
	return worst
}

// canBeHad says whether the verdict lets the binder have the port.
func canBeHad(p safeport.Port) bool {
	return p.Verdict == safeport.PortFree || p.Verdict == safeport.PortOwn
}
