package release

import (
	"context"
	"slices"
	"strings"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/release/desired"
	"github.com/safeport/safeport/internal/release/dockerrun"
	"github.com/safeport/safeport/internal/release/engine"
	"github.com/safeport/safeport/internal/release/journal"
	"github.com/safeport/safeport/report"
)

// apply checks and then changes.
func (s *Session) apply(ctx context.Context, sc *scene, action journal.Action) (*Outcome, error) {
	checked, err := sc.asked.check(ctx)
	if err != nil {
		return nil, err
	}
	if err := s.besideStrangers(ctx, sc); err != nil {
		return nil, err
	}
	if err := s.ofOthers(sc); err != nil {
		return nil, err
	}
	if err := s.fetch(ctx, sc); err != nil {
		return nil, err
	}
	record := sc.record
	for _, old := range sc.serving {
		if s.Engine.Podman && old.Inspect.HostConfig.RestartPolicy.IsAlways() {
			return nil, &journal.RefusedError{
				Reason: message.Say("%s has restart policy always, which Podman can't change. After a reboot it would start beside the new one", old.Container.Name),
				Hint:   message.Say("recreate it with --restart unless-stopped, or as a systemd unit"),
			}
		}
	}
	for _, old := range sc.serving {
		if err := s.inLayer(ctx, old, sc.target); err != nil {
			return nil, err
		}
	}
	if s.Engine.Podman {
		for _, name := range sc.target.WithoutAlways() {
			s.Say("warning: %s uses restart policy unless-stopped, because Podman can't change always later. To start it at boot, use a systemd unit", name)
		}
	}
	switch {
	case record != nil:
	case len(sc.serving) == 0 && checked.Situation != report.Fresh:
		return nil, &journal.RefusedError{
			Reason: message.Say("%s is already installed without a container", sc.found.Name),
			Hint:   message.Say("for the steps to move it into one, run \"safeport check %s\"", s.words(sc.found.Name)),
		}
	case len(sc.serving) > 1 && slices.ContainsFunc(sc.serving, func(o engine.Serving) bool { return o.Project == "" }):
		return nil, &journal.RefusedError{Reason: message.Say("%s has %d containers that safeport didn't create: it can take over only one",
			sc.found.Name, len(sc.serving))}
	case len(sc.serving) > 0:
		record = desired.Adopt(sc.target, s.Engine.Endpoint, sc.serving)
	default:
		record = &journal.Record{
			Schema: journal.Schema, Instance: sc.found.Name, Service: s.definition.Name, Endpoint: s.Engine.Endpoint,
			Current: journal.None, Before: journal.None,
		}
	}
	// What is there keeps the words by which it was made until the new release serves.
	words := wordsOf(s.definition)
	if s.Words = &words; sc.record == nil {
		record.Words, s.Words = words, nil
	}
	if names := s.definition.KeptVariables(); len(names) > 0 {
		s.Say("Using variables from the installation: %s", strings.Join(names, ", "))
	}
	if action == journal.Upgrade {
		if err := s.chooseCopies(ctx, sc, record.Release(record.Current)); err != nil {
			return nil, err
		}
		if err := s.warnOfMounts(ctx, record.Release(record.Current)); err != nil {
			return nil, err
		}
		if err := s.tellOfData(ctx, sc, record.Release(record.Current)); err != nil {
			return nil, err
		}
	}
	kept, anew, err := s.Keep(ctx, record.Release(record.Current), sc.target, sc.running())
	if err != nil {
		return nil, err
	}
	sc.target.Keeps = kept
	changes := sc.target.Differs(sc.serving)
	if s.DryRun {
		number, err := s.Next(ctx, record)
		if err != nil {
			return nil, err
		}
		to := &journal.Release{Containers: kept, Number: number, Image: sc.target.Image, Images: desired.ImagesOf(sc.target.Project), Ready: sc.target.Ready}
		o := s.outcome(ctx, action, Planned, sc)
		o.Steps, o.Report, o.Image = journal.Plan(s.Pending(record, action, to.Number, sc.running()), record.Release(record.Current), to), checked, to.Image
		o.Changes = append(changes, anew...)
		o.Commands, o.Unsaid = dockerrun.Command(sc.target.Project, sc.found.Name, false)
		for i, line := range o.Commands {
			o.Commands[i] = s.Engine.Command + strings.TrimPrefix(line, "docker")
		}
		return o, nil
	}
	for _, difference := range changes {
		s.Say("changes: %s", difference)
	}
	for _, what := range anew {
		s.Say("%s", what)
	}
	replaced := ""
	if r := record.Release(record.Current); r != nil {
		replaced = r.Version
	}
	to, err := s.Apply(ctx, record, action, sc.target, sc.running())
	if err != nil {
		return nil, err
	}
	o := s.serves(s.outcome(ctx, action, Done, sc), to)
	o.Report, o.Before = checked, replaced
	return o, nil
}
