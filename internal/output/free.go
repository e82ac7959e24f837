package output

import (
	"io"
	"strconv"

	"github.com/safeport/safeport/report"
)

// Free writes the free ports, one a line and nothing else: for "for port in $(safeport free 3)".
func Free(w io.Writer, r *report.FreeReport) error {
	p := &page{}
	for _, n := range r.Ports {
		p.line(0, strconv.Itoa(n))
	}
	return p.writeTo(w)
}
