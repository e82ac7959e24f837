// Package change has the Ansible module that installs, upgrades, rolls back and removes a service. It stands apart from
// package ansible as all that makes containers hangs from it.
package change

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/safeport/safeport"
	"github.com/safeport/safeport/compose"
	"github.com/safeport/safeport/internal/ansible"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/release"
	"github.com/safeport/safeport/internal/release/desired"
	"github.com/safeport/safeport/internal/release/engine"
	"github.com/safeport/safeport/internal/release/journal"
)

// serviceTask is what a task of the module service asks for.
type serviceTask struct {
	state    string
	purge    bool
	engine   string
	stateDir string
	session  release.Session
}

func readServiceTask(t *ansible.Task) (*serviceTask, error) {
	p := t.Params
	w := &serviceTask{state: p.Choice("state", "present", "present", "upgraded", "rolled_back", "absent"), purge: p.Flag("purge"), engine: p.Text("engine"), stateDir: p.Text("state_dir")}
	name, settings := p.Text("service"), p.Pairs("settings")
	if version := p.Text("version"); version != "" {
		settings["version"] = version
	}
	question := safeport.Request{
		Instance: p.Text("instance"), Settings: settings, ConfigFile: p.Text("config_file"),
		Ignore: p.List("ignore"), Strict: p.Flag("strict"),
	}
	question.Services, question.Files = ansible.Parted([]string{name})
	w.session = release.Session{Question: question, Env: p.Pairs("env"), DryRun: t.CheckMode, Restore: p.Flag("restore")}
	if image := p.Text("image"); image != "" {
		var err error
		if w.session.Images, err = desired.ParseImages(image); err != nil {
			return nil, err
		}
	}
	w.session.Policy = engine.PullPolicy(p.Choice("pull", string(engine.PullMissing), "always", "missing", "never"))
	w.session.Load = p.Text("archive")
	if wait := p.Text("wait"); wait != "" {
		var err error
		if w.session.Wait, err = duration(wait); err != nil {
			p.Wrong("wait", "a time as 90s or 10m", wait)
		}
	}
	switch err := p.Done(); {
	case err != nil:
		return nil, err
	case name == "":
		return nil, errors.New("parameter service is missing: name a built-in service, or a Compose file on the host")
	case len(w.session.Images) > 0 && settings["version"] != "":
		return nil, errors.New("version and image both say what to run: give one")
	}
	return w, nil
}

// duration reads "10m", or seconds as Ansible's own modules take them.
func duration(s string) (time.Duration, error) {
	if strings.Trim(s, "0123456789") == "" {
		s += "s"
	}
	return time.ParseDuration(s)
}

// Safeport is the full program.
func Safeport() ansible.Program {
	return ansible.Program{Compose: compose.Read, Service: change}
}

// change brings an instance into the state that the task wishes.
func change(ctx context.Context, t *ansible.Task) *ansible.Reply {
	w, err := readServiceTask(t)
	if err != nil {
		return ansible.Wrong(err)
	}
	engine, err := engine.Connect(ctx, w.engine, os.LookupEnv)
	if err != nil {
		reply := ansible.Failed(err)
		reply.RC = 3
		return reply
	}
	defer engine.Close()
	dir := w.stateDir
	if dir == "" {
		dir = journal.StateDir(os.LookupEnv)
	}
	s := &w.session
	var progress []string
	s.Engine, s.Store = engine, journal.OpenStore(dir)
	s.Say = func(format string, args ...any) {
		progress = append(progress, message.Clean(fmt.Sprintf(format, args...)))
	}
	s.Progress = journal.Progress{Begin: func() {}, Bytes: func(string, int64, int64) {}, Done: func() {}}

	before, err := s.Status(ctx)
	if err != nil {
		return broken(err, s.Question.Strict, progress)
	}
	o, err := w.apply(ctx, before)
	if err != nil {
		return broken(err, s.Question.Strict, progress)
	}
	reply := done(o)
	reply.Progress = progress
	if after, err := s.Status(ctx); err == nil {
		reply.Facts = map[string]any{"safeport": map[string]any{
			"instance": after.Instance, "version": after.Version, "image": after.Image, "healthy": after.Healthy, "url": after.URL, "release": after.Release,
		}}
		if t.Diff && reply.Changed {
			reply.Diff = &ansible.Diff{Before: picture(before), After: picture(after)}
			if t.CheckMode {
				reply.Diff.After = w.planned(o)
			}
		}
	}
	return reply
}

// apply does what is to be done. What is as it should be is left alone, so that a second run changes nothing.
func (w *serviceTask) apply(ctx context.Context, before release.InstanceStatus) (*release.Outcome, error) {
	s := &w.session
	s.Question.Instance = before.Instance
	nothing := &release.Outcome{Schema: release.OutcomeSchema, Result: release.Nothing, Service: before.Service, Instance: before.Instance, Version: before.Version, Image: before.Image, URL: before.URL}
	switch w.state {
	case "upgraded":
		if before.Release == nil && len(before.Containers) == 0 {
			return s.Install(ctx)
		}
		o, err := s.Upgrade(ctx)
		if now, ok := w.meanwhile(ctx, err); ok && now.Release == nil && len(now.Containers) == 0 {
			return s.Install(ctx)
		}
		return o, err
	case "rolled_back":
		nothing.Action = journal.Rollback
		if before.Release == nil || !kept(before) {
			return nothing, nil
		}
		o, err := s.Rollback(ctx)
		if now, ok := w.meanwhile(ctx, err); ok && now.Release != nil && !kept(now) {
			nothing.Version, nothing.Image, nothing.URL = now.Version, now.Image, now.URL
			return nothing, nil
		}
		return o, err
	case "absent":
		return s.Remove(ctx, w.purge, func(release.Purge) error { return nil }) // purge is the answer
	}
	return s.Install(ctx)
}

// meanwhile looks again at what a refused change has found: another task may have changed it while this one waited for that.
func (w *serviceTask) meanwhile(ctx context.Context, err error) (now release.InstanceStatus, ok bool) {
	var refused *journal.RefusedError
	if !errors.As(err, &refused) {
		return now, false
	}
	now, cannot := w.session.Status(ctx)
	return now, cannot == nil
}

// kept says whether there is a release before the one that serves. A rollback that is said twice is one. One whose containers somebody has
// removed is refused by the rollback, and not passed over.
func kept(st release.InstanceStatus) bool {
	for _, r := range st.Releases {
		if (r.State == "kept" || r.State == "gone") && r.Number < *st.Release {
			return true
		}
	}
	return false
}
