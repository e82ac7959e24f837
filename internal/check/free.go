package check

import (
	"context"
	"iter"
	"os"

	"github.com/safeport/safeport/internal/describe"
	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/host"
	"github.com/safeport/safeport/internal/host/engine"
	"github.com/safeport/safeport/internal/host/probe"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/internal/request"
	"github.com/safeport/safeport/internal/verdict"
	"github.com/safeport/safeport/report"
)

// FreeOptions are the fields of safeport.FreeRequest.
type FreeOptions struct {
	Count      int
	Range      string
	Contiguous bool
	Protocol   string
	Engine     string
}

// Free looks for ports that are free and stay so.
func Free(ctx context.Context, req FreeOptions) (*report.FreeReport, error) {
	search, err := readFree(req)
	if err != nil {
		return nil, &request.Error{Err: err}
	}
	survey := host.Ask(ctx, search.endpoints, func(facts.Container) bool { return false })
	defer survey.Close()
	facts := gather(survey)
	r := &report.FreeReport{Schema: report.FreeSchema, Ports: []int{}, Sources: describe.SourcesOf(survey)}
	for n := range search.candidates {
		if err := ctx.Err(); err != nil {
			return nil, message.Errorf("looking for free ports: %w", err)
		}
		reachable := int(n) >= facts.Kernel.UnprivilegedStart || facts.Kernel.MayBindPrivileged
		if !reachable || !facts.Lasting(search.protocol, n) || !probe.Free(search.protocol, n) {
			continue
		}
		if !survey.Reached(port.Requirement{Protocol: search.protocol, Ports: port.Single(n)}) {
			continue
		}
		if last := len(r.Ports) - 1; search.contiguous && last >= 0 && r.Ports[last] != int(n)-1 {
			r.Ports = r.Ports[:0]
		}
		r.Ports = append(r.Ports, int(n))
		if len(r.Ports) == search.count {
			return r, nil
		}
	}
	if search.count > 0 {
		if search.contiguous {
			r.Ports = r.Ports[:0]
		}
		return r, &report.NotEnoughError{Wanted: search.count, Found: len(r.Ports), Contiguous: search.contiguous}
	}
	return r, nil
}

// freeSearch is a request that was read.
type freeSearch struct {
	count      int // 0: all
	contiguous bool
	protocol   port.Protocol
	candidates iter.Seq[uint16]
	endpoints  []engine.Endpoint
}

func readFree(req FreeOptions) (s freeSearch, err error) {
	s = freeSearch{count: req.Count, contiguous: req.Contiguous, protocol: port.TCP}
	if req.Count < 0 || req.Count > 65535 {
		return s, message.Errorf("can't find %d ports: the count must be 1 to 65535", req.Count)
	}
	if req.Protocol != "" {
		if s.protocol, err = port.ParseTried(req.Protocol); err != nil {
			return s, err
		}
	}
	if req.Range == "" {
		s.count = max(s.count, 1)
		s.candidates = verdict.Candidates(port.Requirement{Ports: port.Single(80)})
	} else {
		r, err := port.ParseRange(req.Range)
		if err != nil {
			return s, err
		}
		s.candidates = func(yield func(uint16) bool) {
			for n := int(r.First); n <= int(r.Last) && yield(uint16(n)); n++ {
			}
		}
	}
	s.endpoints, err = request.Endpoints(req.Engine, os.LookupEnv)
	return s, err
}
