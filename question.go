package safeport

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/safeport/safeport/internal/host/engine"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/internal/settings"
	"github.com/safeport/safeport/internal/verdict"
)

// question is a request that was read and found to make sense. Reading it looks at no more than the command line, the
// environment and the service's configuration file.
type question struct {
	req       Options
	parties   []*party
	given     []port.Want // Ports and Publish
	endpoints []engine.Endpoint
	ignored   []ignore
}

// ignore makes an error a warning: of any port, or of one.
type ignore struct {
	code Code
	port string
}

func read(req Options) (*question, error) {
	q := &question{req: req}
	if q.req.LookupEnv == nil {
		q.req.LookupEnv = os.LookupEnv
	}
	err := errors.Join(q.readServices(), q.readPorts(), q.readEngine(), q.readIgnored(), q.readAs())
	if err == nil && len(q.parties) == 0 && len(q.given) == 0 {
		err = message.Errorf("nothing to check: name a service (gpustack) or a port (80)")
	}
	if err != nil {
		return nil, &RequestError{firstOf(err)}
	}
	return q, nil
}

// readPortsAlone reads a request for ports and nothing else.
func readPortsAlone(req Options) (*question, error) {
	q := &question{req: req}
	if err := errors.Join(q.readPorts(), q.readEngine()); err != nil {
		return nil, &RequestError{firstOf(err)}
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

func (q *question) readPorts() error {
	for _, s := range q.req.Ports {
		w, err := port.Parse(s)
		if err != nil {
			return err
		}
		q.given = append(q.given, w)
	}
	for _, s := range q.req.Publish {
		w, err := port.ParsePublish(s)
		if err != nil {
			return err
		}
		q.given = append(q.given, w)
	}
	return nil
}

func (q *question) readEngine() (err error) {
	q.endpoints, err = endpoints(q.req.Engine, q.req.LookupEnv)
	return err
}

// NoEngine as [Request.Engine] leaves container engines alone: sockets are looked at, containers are not.
const NoEngine = "none"

func endpoints(explicit string, lookupEnv func(string) (string, bool)) ([]engine.Endpoint, error) {
	if explicit == NoEngine {
		return nil, nil
	}
	return engine.Endpoints(explicit, engine.Environment{LookupEnv: lookupEnv})
}

func (q *question) readIgnored() error {
	for _, s := range q.req.Ignore {
		word, number, hasPort := strings.Cut(s, ":")
		i := ignore{code: Code(word)}
		if !known(i.code) {
			if near := settings.Near(word, codeNames()); near != "" {
				return message.Errorf("--ignore: unknown code %q: did you mean %q?", word, near)
			}
			return message.Errorf("--ignore: unknown code %q: the codes are %s", word, strings.Join(codeNames(), ", "))
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

// ignores says whether a finding on a want is to weigh as a warning.
func (q *question) ignores(code Code, w *port.Want) bool {
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

// all are the services' wants and those that were given, under names that are unique in the report.
func (q *question) all() []port.Want {
	var wants []port.Want
	for _, p := range q.parties {
		wants = append(wants, p.wanted.wants...)
	}
	wants = append(wants, q.given...)
	seen := map[string]int{}
	for i := range wants {
		name := wants[i].Name
		if seen[name]++; seen[name] > 1 {
			wants[i].Name = fmt.Sprintf("%s#%d", name, seen[name])
		}
	}
	return wants
}

// colliding are the wants, when two that were chosen cannot both be had. Defaults do not count yet: an installation that
// is there may use other ports.
func (q *question) colliding() []port.Want {
	wants := q.all()
	for _, pair := range verdict.Duplicates(wants) {
		chosen := wants[pair[0]].Origin.Kind != "default" && wants[pair[1]].Origin.Kind != "default"
		if chosen && !q.ignores(DuplicatePort, &wants[pair[1]]) {
			return wants
		}
	}
	return nil
}
