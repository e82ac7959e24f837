package advice

import (
	"fmt"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/message"
)

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
