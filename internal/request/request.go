package request

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/safeport/safeport/internal/host/engine"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/internal/service"
	"github.com/safeport/safeport/internal/settings"
	"github.com/safeport/safeport/report"
)

// Request is a request that was read and found to make sense. Reading it looks at no more than the command line, the
// environment and the service's configuration file.
type Request struct {
	Options   Options
	Services  []*Service
	Given     []port.Requirement // Ports and Publish
	Endpoints []engine.Endpoint
	ignored   []ignore
}

// ignore makes an error a warning: of any port, or of one.
type ignore struct {
	code report.Code
	port string
}

func newRequest(req Options) *Request {
	if req.LookupEnv == nil {
		req.LookupEnv = os.LookupEnv
	}
	return &Request{Options: req}
}

// Parse reads a request that names something.
func Parse(req Options) (*Request, error) {
	q := newRequest(req)
	err := errors.Join(q.readServices(), q.readPorts(), q.readEngine(), q.readIgnored(), q.readAs())
	if err == nil && len(q.Services) == 0 && len(q.Given) == 0 {
		err = message.Errorf("nothing to check: specify a service (gpustack) or a port (80)")
	}
	if err != nil {
		return nil, &Error{firstOf(err)}
	}
	return q, nil
}

// ParseResolved reads a request about one service whose definition was read, and whose settings were resolved, by whoever asks.
// Neither is done again: what is asked about is what will be made, whatever becomes of the files meanwhile.
func ParseResolved(req Options, d *service.Definition, wanted Resolved) (*Request, error) {
	q := newRequest(req)
	chosen := settings.Sources{Flags: req.Settings, LookupEnv: q.Options.LookupEnv, ConfigFile: req.ConfigFile}
	q.Services = []*Service{{Definition: d, chosen: chosen, resolved: true, Name: req.Instance, Wanted: wanted}}
	if err := errors.Join(q.readEngine(), q.readIgnored()); err != nil {
		return nil, &Error{firstOf(err)}
	}
	return q, nil
}

// ParsePorts reads a request for ports and nothing else.
func ParsePorts(req Options) (*Request, error) {
	q := newRequest(req)
	if err := errors.Join(q.readPorts(), q.readEngine()); err != nil {
		return nil, &Error{firstOf(err)}
	}
	return q, nil
}

// firstOf is the first of joined errors: one line that can be mended at a time.
func firstOf(err error) error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		return joined.Unwrap()[0]
	}
	return err
}

func (q *Request) readPorts() error {
	for _, s := range q.Options.Ports {
		w, err := port.Parse(s)
		if err != nil {
			return err
		}
		w.Shared, w.UID = q.Options.ReusePort, -1
		q.Given = append(q.Given, w)
	}
	for _, s := range q.Options.Publish {
		w, err := port.ParsePublish(s)
		if err != nil {
			return err
		}
		q.Given = append(q.Given, w)
	}
	return nil
}

func (q *Request) readEngine() (err error) {
	q.Endpoints, err = Endpoints(q.Options.Engine, q.Options.LookupEnv)
	return err
}

// NoEngine as [Request.Engine] leaves container engines alone: sockets are looked at, containers are not.
const NoEngine = "none"

func Endpoints(explicit string, lookupEnv func(string) (string, bool)) ([]engine.Endpoint, error) {
	if explicit == NoEngine {
		return nil, nil
	}
	return engine.Endpoints(explicit, engine.Environment{LookupEnv: lookupEnv})
}

func (q *Request) readIgnored() error {
	for _, s := range q.Options.Ignore {
		word, number, hasPort := strings.Cut(s, ":")
		i := ignore{code: report.Code(word)}
		if !report.Known(i.code) {
			if near := settings.Near(word, report.CodeNames()); near != "" {
				return message.Errorf("--ignore: unknown code %q: did you mean %q?", word, near)
			}
			return message.Errorf("--ignore: unknown code %q: use one of %s", word, strings.Join(report.CodeNames(), ", "))
		}
		if hasPort {
			if _, err := port.ParseRange(number); err != nil {
				return message.Errorf("--ignore %s: %w", s, err)
			}
			i.port = number
		}
		q.ignored = append(q.ignored, i)
	}
	return nil
}

// Ignores says whether a finding on a want is to weigh as a warning.
func (q *Request) Ignores(code report.Code, w *port.Requirement) bool {
	for _, i := range q.ignored {
		if i.code != code {
			continue
		}
		if i.port == "" || w != nil && (i.port == w.Ports.String() || containsNumber(w.Ports, i.port)) {
			return true
		}
	}
	return false
}

func containsNumber(r port.Range, number string) bool {
	n, err := strconv.ParseUint(number, 10, 16)
	return err == nil && r.Contains(uint16(n))
}

// All are the services' wants and those that were given, under names that are unique in the report.
func (q *Request) All() []port.Requirement {
	var wants []port.Requirement
	for _, p := range q.Services {
		wants = append(wants, p.Wanted.Wants...)
	}
	wants = append(wants, q.Given...)
	seen := map[string]int{}
	for i := range wants {
		name := wants[i].Name
		if seen[name]++; seen[name] > 1 {
			wants[i].Name = fmt.Sprintf("%s#%d", name, seen[name])
		}
	}
	return wants
}
