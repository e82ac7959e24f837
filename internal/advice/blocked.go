package advice

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/report"
)

// keeps are the words for a rule that keeps other packets than those that clients begin with.
var keeps = map[facts.Dropped]message.Key{
	facts.Replies: message.BlockedAnswers, facts.Proxied: message.BlockedProxy, facts.Neighbour: message.BlockedNeighbours,
}

// blocked tells that clients from outside are kept out, by whom, and how each filter in their way is opened.
func (w *Builder) blocked(out *report.Finding, want port.Requirement, blocks []facts.Block, outside int) {
	var rules []string
	var where []netip.Addr
	first := blocks[0]
	for _, b := range blocks {
		if b.Extent != first.Extent {
			break // those that keep out fewer: there is enough to open
		}
		for _, a := range b.Addrs {
			if !slices.Contains(where, a) {
				where = append(where, a)
			}
		}
		rule := describeRule(w.Lang, b.Rule)
		if key := keeps[b.Dropped]; key != "" && b.Rule.Backend != facts.Routing {
			rule = w.Lang.Text(key, message.Args{"rule": rule})
		}
		if !slices.Contains(rules, rule) {
			rules = append(rules, rule)
		}
		w.letIn(out, want, b)
	}
	if way := first.Rule.Way; way.Lost == facts.Foreign {
		out.Message = w.Lang.Text(message.BlockedForeign, message.Args{"port": port.SpellOn(want.Protocol, first.Ports), "address": way.Local.String()})
		return
	}
	args := message.Args{"port": port.SpellOn(want.Protocol, first.Ports), "where": "", "rule": strings.Join(rules[:min(len(rules), 3)], ", ")}
	if len(where) < outside {
		args["where"] = w.Lang.Text(message.BlockedAt, message.Args{"addresses": addresses(where)})
		if w.Lang != report.Chinese { // which has no space between words
			args["where"] = " " + args["where"]
		}
	}
	if first.Rule.Inside && first.Extent == facts.All {
		out.Message = w.Lang.Text(message.BlockedItself, args)
		return
	}
	out.Message = w.Lang.Text(map[facts.Extent]message.Key{
		facts.All: message.Blocked, facts.Most: message.BlockedOthers, facts.Some: message.BlockedFew,
	}[first.Extent], args)
}

// letIn says how a filter lets clients in. What another program keeps is shown, and its documentation has to tell the rest.
func (w *Builder) letIn(out *report.Finding, want port.Requirement, b facts.Block) {
	add := func(key message.Key, args message.Args, command string) {
		if !slices.ContainsFunc(out.Remedies, func(r report.Remedy) bool { return r.Command == command }) {
			w.remedy(out, key, args, command)
		}
	}
	command := opening(want, b)
	if b.Extent == facts.Some {
		command = ""
	}
	if command != "" {
		by := b.Rule.Author
		if by == "" {
			by = b.Rule.Table
		}
		key := message.LetIn
		if b.Rule.Author == "" {
			key = message.LetInForNow
		}
		add(key, message.Args{"filter": message.Clean(by)}, command)
	}
	switch {
	case b.Rule.Way.Lost == facts.Uncarried && b.Rule.Way.Local.Is4():
		add(message.CarryAgain, nil, "")
	case b.Rule.Way.Lost == facts.Uncarried:
		add(message.PublishIPv4, nil, "")
	case b.Rule.Backend == facts.Routing:
		add(message.ShowWay, nil, showRule(b.Rule))
	case command == "" || b.Rule.Author == "":
		add(message.ShowRule, nil, showRule(b.Rule))
	}
}

// describeRule names a rule or a policy in a sentence, and what it does.
func describeRule(lang report.Language, r facts.Rule) string {
	if r.Backend == facts.Routing {
		return describeWay(lang, r.Way)
	}
	args := message.Args{"name": message.Clean(r.Name()), "does": r.Does(), "author": ""}
	if r.Author != "" {
		args["author"] = lang.Text(message.RuleAuthor, message.Args{"author": r.Author})
	}
	if r.Comment != "" {
		args["author"] += lang.Text(message.RuleComment, message.Args{"comment": message.Clean(r.Comment)})
	}
	if r.Policy {
		args["name"] = strings.TrimSuffix(args["name"], " policy")
		return lang.Text(message.ChainPolicy, args)
	}
	return lang.Text(message.HolderRule, args)
}

// addresses lists a few of them.
func addresses(list []netip.Addr) string {
	words := make([]string, 0, 4)
	for _, a := range list[:min(len(list), 3)] {
		words = append(words, a.String())
	}
	if len(list) > 3 {
		words = append(words, "…")
	}
	return strings.Join(words, ", ")
}
