package safeport

import (
	"context"
	"os"
	"strings"

	"github.com/safeport/safeport/internal/claim"
	"github.com/safeport/safeport/internal/host"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/internal/verdict"
)

// WhoSchema names the shape of a [WhoReport] as JSON.
const WhoSchema = "safeport/who/v1"

// WhoRequest asks who holds ports.
type WhoRequest struct {
	Ports  []string // as in [Request]; without a protocol, TCP and UDP are both asked about
	Engine string   // as in [Request]
	// Language is that of the messages; as in [Request].
	Language Language
}

// WhoReport says who holds each of the ports, and how it is freed. A port that nobody holds has no holders; what else is
// to be known of it (a stopped container that will take it, a redirection) is among the findings.
type WhoReport struct {
	Schema   string    `json:"schema"` // always [WhoSchema]
	Host     Host      `json:"host"`
	Ports    []Port    `json:"ports"`
	Findings []Finding `json:"findings"`
	Sources  []Source  `json:"sources"`
}

// Who answers the request. The error is a [*UsageError] when a port is no port.
func Who(ctx context.Context, req WhoRequest) (*WhoReport, error) {
	r, err := runWho(ctx, Options{Ports: req.Ports, Engine: req.Engine, Language: req.Language, LookupEnv: os.LookupEnv})
	return r, usage(err)
}

// runWho says who holds the ports of a request. The error is a [*request.Error] when a port is no port.
func runWho(ctx context.Context, opts Options) (*WhoReport, error) {
	q, err := readPortsAlone(opts)
	if err != nil {
		return nil, err
	}
	if len(q.given) == 0 {
		return nil, &RequestError{message.Errorf("no port to look for: name one (80)")}
	}
	wants := bothProtocols(q.given)
	survey := host.Ask(ctx, q.endpoints, func(claim.Container) bool { return false })
	defer survey.Close()
	survey.Who(ctx, wants)
	if err := ctx.Err(); err != nil {
		return nil, message.Errorf("looking at the host: %w", err)
	}
	facts := gather(survey)
	results := verdict.Attribute(wants, facts)
	held := holdersOfAll(results)
	r := &WhoReport{
		Schema: WhoSchema, Host: hostOf(survey), Sources: sourcesOf(survey), Findings: []Finding{},
		Ports: ports(results, held, opts.Language),
	}
	w := &writer{lang: opts.Language, subject: newSubject(q, survey), ports: r.Ports, holders: held, kernel: survey.Kernel, facts: facts, results: results}
	r.Findings = append(r.Findings, w.write(verdict.WhoFindings(results, facts, survey.Kernel.MayInspect))...)
	r.Findings = append(r.Findings, w.looking(q, survey)...)
	return r, nil
}

// bothProtocols asks about TCP and UDP where the user named neither.
func bothProtocols(given []port.Want) []port.Want {
	var wants []port.Want
	for _, w := range given {
		wants = append(wants, w)
		if !strings.Contains(w.Name, "/") {
			w.Protocol = port.UDP
			wants = append(wants, w)
		}
	}
	for i := range wants {
		wants[i].Name = spell(wants[i])
	}
	return wants
}
