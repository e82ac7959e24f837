package safeport

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/safeport/safeport/internal/claim"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/port"
)

// outside says how far clients on other hosts get in, as [Port.Outside] has it.
func outside(p claim.Probe) string {
	if p.Outside == 0 {
		return ""
	}
	worst := claim.Few + 1
	for _, b := range p.Blocked {
		worst = min(worst, b.Extent)
	}
	switch {
	case worst == claim.Everybody:
		return "blocked"
	case len(p.Programs) > 0: // which may keep them out, too
		return ""
	case worst <= claim.Few:
		return "some"
	}
	return "open"
}

// keeps are the words for a rule that keeps other packets than those that clients begin with.
var keeps = map[claim.Kept]message.Key{
	claim.Answers: message.BlockedAnswers, claim.Proxied: message.BlockedProxy, claim.Neighbours: message.BlockedNeighbours,
}

// blocked tells that clients from outside are kept out, by whom, and how each filter in their way is opened.
func (w *writer) blocked(out *Finding, want port.Want, blocks []claim.Block, outside int) {
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
		rule := describeRule(w.lang, b.Rule)
		if key := keeps[b.Keeps]; key != "" && b.Rule.Backend != claim.Routing {
			rule = w.lang.Text(key, message.Args{"rule": rule})
		}
		if !slices.Contains(rules, rule) {
			rules = append(rules, rule)
		}
		w.letIn(out, want, b)
	}
	if way := first.Rule.Way; way.Lost == claim.Foreign {
		out.Message = w.lang.Text(message.BlockedForeign, message.Args{"port": spellOn(want.Protocol, first.Ports), "address": way.Local.String()})
		return
	}
	args := message.Args{"port": spellOn(want.Protocol, first.Ports), "where": "", "rule": strings.Join(rules[:min(len(rules), 3)], ", ")}
	if len(where) < outside {
		args["where"] = w.lang.Text(message.BlockedAt, message.Args{"addresses": addresses(where)})
		if w.lang != Chinese { // which has no space between words
			args["where"] = " " + args["where"]
		}
	}
	if first.Rule.Inside && first.Extent == claim.Everybody {
		out.Message = w.lang.Text(message.BlockedItself, args)
		return
	}
	out.Message = w.lang.Text(map[claim.Extent]message.Key{
		claim.Everybody: message.Blocked, claim.Others: message.BlockedOthers, claim.Few: message.BlockedFew,
	}[first.Extent], args)
}

// letIn says how a filter lets clients in. What another program keeps is shown, and its documentation has to tell the rest.
func (w *writer) letIn(out *Finding, want port.Want, b claim.Block) {
	add := func(key message.Key, args message.Args, command string) {
		if !slices.ContainsFunc(out.Remedies, func(r Remedy) bool { return r.Command == command }) {
			w.remedy(out, key, args, command)
		}
	}
	command := opening(want, b)
	if b.Extent == claim.Few {
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
	case b.Rule.Backend == claim.Routing:
		add(message.ShowWay, nil, showRule(b.Rule))
	case command == "" || b.Rule.Author == "":
		add(message.ShowRule, nil, showRule(b.Rule))
	}
}

// describeRule names a rule or a policy in a sentence, and what it does.
func describeRule(lang Language, r claim.Rule) string {
	if r.Backend == claim.Routing {
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
