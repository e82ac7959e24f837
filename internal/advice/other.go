package advice

import (
	"strings"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/report"
)

// useOther offers the port that was found free, as the same question with another number.
func (w *Builder) useOther(out *report.Finding, p *report.Port, want port.Requirement) {
	if p.Suggestion == 0 || isFixed(want) {
		return
	}
	first := uint16(p.Suggestion)
	block := port.Range{First: first, Last: first + uint16(want.Ports.Len()-1)}
	var command string
	switch {
	case want.Setting != "":
		if command = w.Subject.Again("--"+want.Setting, block.String()); command == "" {
			return
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
		command = w.Subject.Again(want.Origin.Where, port.Argument(want))
	}
	w.remedy(out, message.UseOther, message.Args{"suggestion": block.String()}, command)
}
