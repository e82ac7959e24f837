package advice

import (
	"cmp"
	"slices"
	"strings"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/report"
)

// useOther offers the port that was found free: as what installs the service there, or as the same question with another
// number.
func (w *Builder) useOther(out *report.Finding, p *report.Port, want port.Requirement) {
	if p.Suggestion == 0 || isFixed(want) {
		return
	}
	first := uint16(p.Suggestion)
	block := port.Range{First: first, Last: first + uint16(want.Ports.Len()-1)}
	var command string
	switch {
	case want.Setting != "":
		option, value := w.Subject.Option(want, block.String())
		if command = cmp.Or(w.Subject.Next(option, value), w.Subject.Again(option, value)); command == "" {
			return
		}
		if out.Severity == report.Error {
			w.moves = append(w.moves, move{w.at, len(out.Remedies), option, value, block.String()})
		}
	case want.Origin.Kind != "argument":
		// The port stands in a Compose file: there is no flag for it.
		file := want.Origin.Where
		if i := strings.LastIndex(file, ":"); i >= 0 {
			file = file[:i]
		}
		w.remedy(out, message.UseOtherIn, message.Args{"suggestion": block.String(), "file": message.Clean(file)}, "")
		return
	default:
		want.Ports = block
		given := want.Origin.Where
		command = w.Subject.Again(given, port.Argument(want))
		if out.Severity == report.Error {
			w.moves = append(w.moves, move{w.at, len(out.Remedies), given, port.Argument(want), block.String()})
		}
	}
	w.remedy(out, message.UseOther, message.Args{"suggestion": block.String()}, command)
}

// move is the remedy of a finding by which a port of a service goes elsewhere.
type move struct {
	finding, remedy int
	option, value   string
	port            string // its new number, or range
}

// together has the first port that is in the way offer the moves of all of them: each by itself would leave the others.
func (w *Builder) together(list []report.Finding) {
	var options, ports []string
	seen := map[[2]string]bool{}
	for _, m := range w.moves {
		if choice := [2]string{m.option, m.value}; !seen[choice] {
			seen[choice] = true
			options = append(options, m.option, m.value)
		}
		if !slices.Contains(ports, m.port) {
			ports = append(ports, m.port)
		}
	}
	if len(options) <= 2 || w.Subject.Changes {
		return // whoever changes the host is asked about each port at the terminal
	}
	key, args := message.UseOther, message.Args{"suggestion": ports[0]} // that of several protocols
	if last := len(ports) - 1; last > 0 {
		all := w.Lang.Sprintf("%s and %s", strings.Join(ports[:last], w.Lang.Sprintf(", ")), ports[last])
		key, args = message.UseOthers, message.Args{"suggestions": all}
	}
	list[w.moves[0].finding].Remedies[w.moves[0].remedy] = report.Remedy{
		Text: w.Lang.Text(key, args), Command: cmp.Or(w.Subject.Next(options...), w.Subject.Check(options...)),
	}
}
