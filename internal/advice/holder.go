package advice

import (
	"strconv"

	"github.com/safeport/safeport/internal/describe"
	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/report"
)

// phrase names a holder in a sentence: "nginx (pid 812, user root, nginx.service)".
func phrase(l report.Language, h describe.Holder) string {
	text := ""
	switch h.Kind {
	case report.HolderContainer:
		text = containerPhrase(l, h.Container)
	case report.HolderProcess:
		args := message.Args{"name": h.Name, "pid": strconv.Itoa(h.PID), "user": "", "unit": ""}
		if h.User != "" {
			args["user"] = l.Text(message.HolderUser, message.Args{"user": h.User})
		}
		if h.Unit != "" {
			args["unit"] = l.Text(message.HolderOfUnit, message.Args{"unit": h.Unit})
		}
		text = l.Text(message.HolderProcess, args)
	case report.HolderUnit:
		text = l.Text(message.HolderUnit, message.Args{"name": h.Name})
	case report.HolderRule:
		text = l.Text(message.HolderRule, message.Args{"name": h.Name, "does": h.Command, "author": ruleAuthor(l, h.Use().Rule)})
	case report.HolderKernel:
		if h.State == "time-wait" {
			return l.Text(message.HolderTimeWait, message.Args{"seconds": secondsLeft(h)})
		}
		if h.Device != "" {
			return l.Text(message.HolderTunnel, message.Args{"device": h.Device})
		}
		text = l.Text(message.HolderOrphan, nil)
	default:
		text = l.Text(message.HolderUnseen, message.Args{"user": h.User})
	}
	switch {
	case h.State == "connected" && h.Protocol == "tcp":
		text = l.Text(message.SourcePort, message.Args{"holder": text, "remote": h.Remote})
	case h.State == "bound" && h.Protocol == "tcp":
		text = l.Text(message.Idle, message.Args{"holder": text})
	}
	return text
}

// ruleAuthor says who wrote a rule, as far as it shows.
func ruleAuthor(l report.Language, r *facts.Rule) string {
	text := ""
	if r != nil && r.Author != "" {
		text = l.Text(message.RuleAuthor, message.Args{"author": r.Author})
	}
	if r != nil && r.Comment != "" {
		text += l.Text(message.RuleComment, message.Args{"comment": message.Clean(r.Comment)})
	}
	return text
}

// secondsLeft rounds up: a port that is free in 0 s is not free yet.
func secondsLeft(h describe.Holder) string { return strconv.Itoa(int(h.FreeIn) + 1) }
