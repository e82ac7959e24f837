package describe

import (
	"slices"
	"time"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/verdict"
	"github.com/safeport/safeport/report"
)

// Chains keeps the chains that are described already: the sockets of a process share the one that was read of it.
type Chains map[*facts.Link][]report.Link

// of describes how a holder came to run, as [chainOf]; one that is shared is not to be changed.
func (known Chains) of(h verdict.Holder) []report.Link {
	p := h.Use().Process
	if p == nil || len(p.Chain) == 0 || h.Kind == verdict.Container {
		return chainOf(h)
	}
	links, ok := known[&p.Chain[0]]
	if !ok {
		links = chainOf(h)
		known[&p.Chain[0]] = links
	}
	return links
}

// chainOf describes how a holder came to run. A port that an engine's helper holds is a container's: what is told is how that
// came to run, up to the engine, and the helper is left out.
func chainOf(h verdict.Holder) []report.Link {
	c := h.Use()
	var found []facts.Link
	switch {
	case c.Process != nil && c.Process.Chain != nil:
		found = slices.Clone(c.Process.Chain)
	case h.Kind == verdict.Unit && c.Machine.Kind == facts.NoMachine && !c.UserUnit:
		found = []facts.Link{{Kind: facts.LinkInit, Name: "systemd", PID: 1}, {Kind: facts.LinkUnit, Name: c.Unit}}
	}
	if h.Kind == verdict.Container {
		found = toContainer(found, h.Container)
	}
	links := make([]report.Link, 0, len(found))
	for _, l := range found {
		links = append(links, linkOf(l))
	}
	return links
}

// toContainer ends a chain in a container that an engine told of.
func toContainer(chain []facts.Link, of facts.Container) []facts.Link {
	box := facts.Link{Kind: facts.LinkContainer, Name: of.Name, ID: of.ID, Directory: of.Directory, Project: of.Project}
	at := slices.IndexFunc(chain, func(l facts.Link) bool { return l.Kind == facts.LinkContainer && l.ID == of.ID })
	if at < 0 {
		if n := len(chain); n > 0 && chain[n-1].Kind == facts.LinkProcess && facts.IsHelper(chain[n-1].Name) {
			chain = chain[:n-1]
		}
		isEngine := func(l facts.Link) bool { return l.Kind == facts.LinkEngine }
		if of.Engine != "" && !slices.ContainsFunc(chain, isEngine) {
			chain = append(chain, facts.Link{Kind: facts.LinkEngine, Name: of.Engine})
		}
		return append(chain, box)
	}
	if box.Name == "" {
		box.Name = chain[at].Name
	}
	chain[at] = box
	return chain
}

// linkOf makes what the host wrote safe to print.
func linkOf(l facts.Link) report.Link {
	d := report.Link{
		Kind: string(l.Kind), Name: message.Clean(l.Name), PID: l.PID, User: message.Clean(l.User), TTY: message.Clean(l.TTY), From: message.Clean(l.From),
		Service: message.Clean(l.Service), Config: message.Clean(l.Config), Command: message.Clean(l.Command), Directory: message.Clean(l.Directory),
		Project: message.Clean(l.Project), Nohup: l.Nohup,
	}
	if !l.Started.IsZero() {
		since := l.Started.UTC().Truncate(time.Second)
		d.Since = &since
	}
	return d
}
