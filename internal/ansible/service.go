package ansible

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/safeport/safeport"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/release"
	"github.com/safeport/safeport/internal/release/desired"
	"github.com/safeport/safeport/internal/release/engine"
	"github.com/safeport/safeport/internal/release/journal"
)

// wish is what a task of the module service asks for.
type wish struct {
	state    string
	purge    bool
	engine   string
	stateDir string
	session  release.Session
}

func readWish(t *Task) (*wish, error) {
	p := t.Params
	w := &wish{state: p.choice("state", "present", "present", "upgraded", "rolled_back", "absent"), purge: p.flag("purge"), engine: p.text("engine"), stateDir: p.text("state_dir")}
	name, settings := p.text("service"), p.pairs("settings")
	if version := p.text("version"); version != "" {
		settings["version"] = version
	}
	question := safeport.Request{
		Instance: p.text("instance"), Settings: settings, ConfigFile: p.text("config_file"),
		Ignore: p.list("ignore"), Strict: p.flag("strict"),
	}
	question.Services, question.Files = parted([]string{name})
	w.session = release.Session{Question: question, Env: p.pairs("env"), DryRun: t.CheckMode, Restore: p.flag("restore")}
	if image := p.text("image"); image != "" {
		var err error
		if w.session.Images, err = desired.ParseImages(image); err != nil {
			return nil, err
		}
	}
	w.session.Policy = engine.PullPolicy(p.choice("pull", string(engine.PullMissing), "always", "missing", "never"))
	w.session.Load = p.text("archive")
	if wait := p.text("wait"); wait != "" {
		var err error
		if w.session.Wait, err = duration(wait); err != nil {
			p.wrong("wait", "a time as 90s or 10m", wait)
		}
	}
	switch err := p.done(); {
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

// change brings an instance into the state that the task wishes.
func change(ctx context.Context, t *Task) *Reply {
	w, err := readWish(t)
	if err != nil {
		return wrong(err)
	}
	engine, err := engine.Connect(ctx, w.engine, os.LookupEnv)
	if err != nil {
		reply := failed(err)
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
			reply.Diff = &Diff{Before: picture(before), After: picture(after)}
			if t.CheckMode {
				reply.Diff.After = w.planned(o)
			}
		}
	}
	return reply
}

// apply does what is to be done. What is as it should be is left alone, so that a second run changes nothing.
func (w *wish) apply(ctx context.Context, before release.InstanceStatus) (*release.Outcome, error) {
	s := &w.session
	s.Question.Instance = before.Instance
	nothing := &release.Outcome{Schema: release.OutcomeSchema, Result: release.Nothing, Service: before.Service, Instance: before.Instance, Version: before.Version, Image: before.Image, URL: before.URL}
	switch w.state {
	case "upgraded":
		if before.Release == nil && len(before.Containers) == 0 {
			return s.Install(ctx)
		}
		return s.Upgrade(ctx)
	case "rolled_back":
		if before.Release == nil || !kept(before) {
			nothing.Action = journal.Rollback
			return nothing, nil
		}
		return s.Rollback(ctx)
	case "absent":
		return s.Remove(ctx, w.purge, func(release.Purge) error { return nil }) // purge is the answer
	}
	return s.Install(ctx)
}

// kept says whether there is a release before the one that serves. A rollback that is said twice is one.
func kept(st release.InstanceStatus) bool {
	for _, r := range st.Releases {
		if r.State == "kept" && r.Number < *st.Release {
			return true
		}
	}
	return false
}
