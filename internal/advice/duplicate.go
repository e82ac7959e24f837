package advice

import (
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/verdict"
	"github.com/safeport/safeport/report"
)

// duplicate tells of two wants for one port. They are named by their services, which the user named, unless it is one.
func (w *Builder) duplicate(out *report.Finding, f verdict.Finding, args message.Args) {
	one, other := &w.Ports[f.Required], &w.Ports[f.Other]
	args["name"], args["other"] = one.Name, other.Name
	if one.Service != other.Service {
		args["name"], args["other"] = nameOf(one), nameOf(other)
	}
	key := message.Duplicate
	if args["name"] == args["other"] {
		key = message.DuplicateGiven
	}
	out.Message = w.Lang.Text(key, args)
	if w.useOther(out, one, w.Results[f.Required].Required); len(out.Remedies) == 0 {
		w.remedy(out, message.DropOne, nil, "")
	}
}

// nameOf is what a reader knows a port by that another service wants too.
func nameOf(p *report.Port) string {
	if p.Service != "" {
		return p.Service
	}
	return p.Name
}
