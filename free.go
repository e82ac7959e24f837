package safeport

import (
	"context"
	"iter"
	"os"
	"strconv"

	"github.com/safeport/safeport/internal/claim"
	"github.com/safeport/safeport/internal/host"
	"github.com/safeport/safeport/internal/host/engine"
	"github.com/safeport/safeport/internal/host/probe"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/internal/verdict"
)

// FreeSchema names the shape of a [FreeReport] as JSON.
const FreeSchema = "safeport/free/v1"

// FreeRequest asks for ports that are really free and stay so.
type FreeRequest struct {
	Count      int    // how many; 0: one, or with a Range every one in it
	Range      string // "8000-8100"; empty: 8080 and up, outside the ephemeral range
	Contiguous bool   // one block of consecutive ports
	Protocol   string // "tcp" (the default) or "udp"
	Engine     string // as in [Request]
}

// FreeReport lists the ports, lowest first unless they had to be taken from below 8080.
type FreeReport struct {
	Schema  string   `json:"schema"` // always [FreeSchema]
	Ports   []int    `json:"ports"`
	Sources []Source `json:"sources"`
}

// NotEnoughError says that fewer ports are free than were asked for. Free then still returns those that are.
type NotEnoughError struct {
	Wanted, Found int
	Contiguous    bool
}

func (e *NotEnoughError) Error() string { return e.In(English) }

// In is the error in a language.
func (e *NotEnoughError) In(l Language) string {
	if e.Contiguous {
		return l.Text(message.NotEnoughInARow, message.Args{"wanted": strconv.Itoa(e.Wanted)})
	}
	return l.Text(message.NotEnough, message.Args{"found": strconv.Itoa(e.Found), "wanted": strconv.Itoa(e.Wanted)})
}

// Free answers the request: each port was bound on IPv4 and IPv6 just now, lies outside the ephemeral range unless it is
// reserved, is not refused by browsers, and is not claimed by a stopped container. The same host gives the same ports
// from run to run. The error is a [*UsageError], or a [*NotEnoughError] beside the ports that are free.
func Free(ctx context.Context, req FreeRequest) (*FreeReport, error) {
	r, err := runFree(ctx, FreeOptions(req))
	return r, usage(err)
}

// FreeOptions are the fields of safeport.FreeRequest.
type FreeOptions struct {
	Count      int
	Range      string
	Contiguous bool
	Protocol   string
	Engine     string
}

// runFree looks for ports that are free and stay so.
func runFree(ctx context.Context, req FreeOptions) (*FreeReport, error) {
	search, err := readFree(req)
	if err != nil {
		return nil, &RequestError{err}
	}
	survey := host.Ask(ctx, search.endpoints, func(claim.Container) bool { return false })
	defer survey.Close()
	facts := gather(survey)
	r := &FreeReport{Schema: FreeSchema, Ports: []int{}, Sources: sourcesOf(survey)}
	for n := range search.candidates {
		if err := ctx.Err(); err != nil {
			return nil, message.Errorf("looking for free ports: %w", err)
		}
		reachable := int(n) >= facts.Kernel.UnprivilegedStart || facts.Kernel.MayBindPrivileged
		if !reachable || !facts.Lasting(search.protocol, n) || !probe.Free(search.protocol, n) {
			continue
		}
		if !survey.Reached(port.Want{Protocol: search.protocol, Ports: port.Single(n)}) {
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
		return r, &NotEnoughError{Wanted: search.count, Found: len(r.Ports), Contiguous: search.contiguous}
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
		return s, message.Errorf("cannot look for %d ports: a count is 1 to 65535", req.Count)
	}
	if req.Protocol != "" {
		if s.protocol, err = port.ParseTried(req.Protocol); err != nil {
			return s, err
		}
	}
	if req.Range == "" {
		s.count = max(s.count, 1)
		s.candidates = verdict.Candidates(port.Want{Ports: port.Single(80)})
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
	s.endpoints, err = endpoints(req.Engine, os.LookupEnv)
	return s, err
}
