package request

import (
	"slices"

	"github.com/safeport/safeport/internal/service"
)

// LookFor are the units and files by which installations without a container are known.
func (q *Request) LookFor() (units, files []string) {
	for _, p := range q.Services {
		if p.Definition.Legacy != nil {
			units = append(units, p.Definition.Identity.Units...)
			files = append(files, p.Definition.LegacyFiles()...)
		}
	}
	slices.Sort(units)
	slices.Sort(files)
	return slices.Compact(units), slices.Compact(files)
}

// TraceName is what the trace is called where a container would have its name.
func TraceName(d *service.Definition, t *service.Trace) string {
	if t.Unit != nil {
		return t.Unit.Name
	}
	for _, file := range d.Legacy.Files {
		if slices.Contains(t.Files, file) {
			return file
		}
	}
	return ""
}
