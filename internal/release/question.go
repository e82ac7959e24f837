package release

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/safeport/safeport"
	"github.com/safeport/safeport/internal/check"
	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/release/desired"
	"github.com/safeport/safeport/internal/release/engine"
	"github.com/safeport/safeport/internal/release/journal"
	"github.com/safeport/safeport/internal/request"
	"github.com/safeport/safeport/internal/service/composefile"
	"github.com/safeport/safeport/internal/settings"
	"github.com/safeport/safeport/report"
)

// about makes the question. Its settings are the words of the session, by which remedies ask again.
func (s *Session) about(name string, d *composefile.Definition, wanted request.Resolved) question {
	q := question{request.Options(s.Question), d, wanted}
	if name != d.Instance {
		q.opts.Instance = name
	}
	q.opts.Engine, q.opts.Compose = s.Engine.Endpoint, composefile.Read
	return q
}

// made is what a release was made of: what was chosen for it, and what its containers show. The environment of this run is not
// that of the one that made it.
func made(d *composefile.Definition, r *journal.Release, found []facts.Container) (request.Resolved, error) {
	var src settings.Sources
	if r != nil {
		src.Flags, src.ConfigFile = r.Settings, r.ConfigFile
		found = slices.DeleteFunc(slices.Clone(found), func(c facts.Container) bool {
			return !slices.ContainsFunc(r.Containers, func(o journal.Container) bool { return o.ID == c.ID })
		})
	}
	if len(found) > 0 {
		desired.Shown(&src, d, engine.Serving{Container: found[0]})
	}
	wanted, err := request.Resolve(d.Definition, src)
	return wanted, usage(err)
}

// answer asks the host. The engine may take so long for everything that it is asked; 0: as long as in a check.
func (q question) answer(ctx context.Context, within time.Duration) (*report.Report, error) {
	r, err := request.ParseResolved(q.opts, q.definition.Definition, q.wanted)
	if err != nil {
		return nil, usage(err)
	}
	for i := range r.Endpoints {
		r.Endpoints[i].Within = within
	}
	answer, err := check.Answer(ctx, r)
	if fault, ok := errors.AsType[*request.Error](err); ok {
		err = usage(fault.Err)
	}
	return answer, err
}

// check asks for the ports; the error is a [*journal.BlockedError] when they are not available, or when that can't be told. A check by itself
// gives an engine up soon. Here that would make the instance's own port another's: an engine that is busy, as Podman is when many ask it, gets
// longer, and one that is being restarted is asked again.
func (q question) check(ctx context.Context) (*report.Report, error) {
	var r *report.Report
	var err error
	for began := time.Now(); ; {
		if r, err = q.answer(ctx, engine.EngineTimeout); err != nil {
			return nil, err
		}
		unheard := slices.ContainsFunc(r.Findings, func(f report.Finding) bool { return f.Code == report.EngineUnreachable })
		if !unheard || ctx.Err() != nil || time.Since(began) > engine.EngineTimeout {
			break
		}
		time.Sleep(engine.AskEvery)
	}
	if v := r.Judge(q.opts.Strict); v == report.Blocked || v == report.Unknown {
		return r, &journal.BlockedError{Report: r}
	}
	return r, nil
}

// ask makes the question that of the scene, which is asked again while the change is under way.
func (s *Session) ask(sc *scene, q question) {
	sc.asked = q
	s.Check = func(ctx context.Context) error { _, err := q.check(ctx); return err }
}

// usage says of a fault in what the user asked for that it is one.
func usage(err error) error {
	if err == nil {
		return nil
	}
	return &safeport.UsageError{Err: err}
}
