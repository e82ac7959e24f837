package describe

import (
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/report"
)

// originOf says where a want's port was chosen, and what was chosen elsewhere. Texts are those of files and variables, so
// that they are made safe to print.
func originOf(w port.Requirement) report.Origin {
	o := report.Origin{Kind: w.Origin.Kind, Where: message.Clean(w.Origin.Where)}
	for _, c := range w.Others {
		o.Overridden = append(o.Overridden, report.Overridden{
			Kind: c.Origin.Kind, Where: message.Clean(c.Origin.Where), Value: message.Clean(c.Text),
		})
	}
	return o
}
