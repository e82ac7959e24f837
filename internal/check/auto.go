package check

import (
	"context"
	"slices"

	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/internal/request"
)

// choosePorts puts numbers in the place of ports that were left open, by asking without them first. Where none can be had the
// port stays what it is by default, and the answer says what is in its way.
func choosePorts(ctx context.Context, opts request.Options) (request.Options, error) {
	opts, open := request.WithoutAuto(opts)
	if open == nil {
		return opts, nil
	}
	q, err := request.Parse(opts)
	if err != nil {
		return opts, err
	}
	r, err := Answer(ctx, q)
	if err != nil {
		return opts, err
	}
	wants := q.All()
	for _, p := range r.Ports {
		i := slices.IndexFunc(wants, func(w port.Requirement) bool { return w.Name == p.Name && w.Service == p.Service })
		if i < 0 {
			continue
		}
		ports := wants[i].Ports
		if p.Suggestion != 0 {
			ports = port.Range{First: uint16(p.Suggestion), Last: uint16(p.Suggestion + ports.Len() - 1)}
		}
		if key := open.Key(wants[i]); key != "" {
			opts.Settings[key] = ports.String()
		}
	}
	return opts, nil
}
