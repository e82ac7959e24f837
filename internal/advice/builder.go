package advice

import (
	"net/netip"

	"github.com/safeport/safeport/internal/describe"
	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/host"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/internal/verdict"
	"github.com/safeport/safeport/report"
)

// Builder turns the verdict's findings into sentences and remedies.
type Builder struct {
	Lang    report.Language
	Subject Subject
	Ports   []report.Port
	Holders [][]describe.Holder // of each port
	Kernel  facts.Kernel
	Facts   verdict.Facts
	Results []verdict.Result
	reserve []port.Range // what the findings want kept from outgoing connections: the setting holds one list for all
	at      int          // the finding that is being written
	moves   []move
}

// Subject is what remedies have to repeat.
type Subject struct {
	Again func(changed, to string) string // the command that asks again, with another value for an option; empty: there is none
	// Next is the command that installs what was asked about, or changes it, with other values for options, each followed by
	// its value; empty: only asking again is left, which Check does.
	Next, Check func(options ...string) string
	// Option is the option that chooses the port of a requirement, and its value: "--port", "8080".
	Option   func(w port.Requirement, ports string) (option, value string)
	Changes  bool                        // that command is not a check
	MayLeave func(port.Requirement) bool // whether its service could do without the host's network
	Docker   string                      // "docker", "podman" or "docker -H unix://…"
	Endpoint string
	// apart: that engine has its ports in another network than the one that was looked at; its process, where that is seen.
	Apart     bool
	EnginePID int
	RootCheck string // the whole request, with root's rights to look: it is about the same user, and the same engine
	// EngineUnit is the systemd unit that runs that engine, and LiveRestore whether its containers run on without it.
	EngineUnit  string
	LiveRestore bool
	AsRoot      string // docker, as root calls it, who has another environment
	Answers     bool   // that engine told of its containers
	KnowsAll    bool   // of all that a Docker on this host has
	NoSudo      bool   // it is root who asks, on a host without sudo

	AddressFor func(port.Requirement) netip.Addr // on which a want for all addresses can be had; zero: there is none
	Resolver   host.Resolver
}

// remedy adds a choice that the user has.
func (w *Builder) remedy(f *report.Finding, key message.Key, args message.Args, command string) {
	f.Remedies = append(f.Remedies, report.Remedy{Text: w.Lang.Text(key, args), Command: w.here(command)})
}

// Severities are in the verdict's order, from the heaviest on.
var Severities = []report.Severity{verdict.Error: report.Error, verdict.Warning: report.Warning, verdict.Info: report.Info}
