package report

import (
	"slices"
)

// Judge is the report's verdict as it counts for a program. With strict a warning blocks, unless it says that a source could
// not be read: what that one would have shown may be the very holder, so then nothing is known.
func (r *Report) Judge(strict bool) Verdict {
	if r.Verdict != Warned || !strict {
		return r.Verdict
	}
	if slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.Judge(strict) == Unknown }) {
		return Unknown
	}
	return Blocked
}

// Judge is what the finding makes of its host, were it the only one; strict as in [Report.Judge].
func (f Finding) Judge(strict bool) Verdict {
	switch {
	case f.Severity == Error && (f.Code == Undetermined || f.Code == EngineRemote):
		return Unknown
	case f.Severity == Error:
		return Blocked
	case f.Severity != Warning:
		return Clear
	case strict && f.Code == SourceFailed:
		return Unknown
	case strict:
		return Blocked
	}
	return Warned
}

// Weight orders verdicts from good to bad.
func (v Verdict) Weight() int { return slices.Index([]Verdict{Clear, Warned, Unknown, Blocked}, v) }
