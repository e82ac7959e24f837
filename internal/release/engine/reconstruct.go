package engine

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/moby/moby/api/types/container"

	"github.com/safeport/safeport/internal/instance"
	"github.com/safeport/safeport/internal/release/journal"
)

// remains is what is there of one release, as its containers tell it.
type remains struct {
	journal.Release
	origin  *Origin
	running bool      // one of its containers
	started bool      // one of them has ever run
	last    time.Time // when one was last started
	named   bool      // one has the name with which it serves, and may keep it from another
	inPlace bool      // all have the names and the policies with which they serve
}

// Reconstruct reads a record off the labels of the containers that safeport made; nil when there are none. What was under way
// follows from what has become of the newest release:
//
//   - It has never run: its change did not come so far, and is undone.
//   - It has run: it may have served, and taken data. It is kept, whatever it does now; the way back is a rollback.
//   - An older one has its place: that was a rollback, and came so far.
//   - None has: one was being put in its place. The newest is put there, and gets its data back if it was copied since it last ran.
func (e *Engine) Reconstruct(ctx context.Context, store *journal.Store, name string) (*journal.Record, error) {
	all, service, err := e.remains(ctx, name)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	record := &journal.Record{Schema: journal.Schema, Instance: name, Service: service, Endpoint: e.Endpoint, Current: journal.None, Before: journal.None}
	newest := all[len(all)-1]
	if o := newest.origin; o != nil {
		record.Files, record.Profiles, record.Others = o.Files, o.Profiles, o.Others
		record.Project, record.EnvFiles, record.Dir = o.Project, o.EnvFiles, o.Dir
	}
	for _, x := range all {
		record.Put(x.Release)
	}
	if !newest.started {
		record.Pending = newest.beginning(all)
		record.Current = record.Pending.From
		return record, nil
	}
	current := slices.MaxFunc(all, func(a, b remains) int {
		return cmp.Or(compareBool(a.running, b.running), compareBool(a.inPlace, b.inPlace), cmp.Compare(a.Number, b.Number))
	})
	record.Current = current.Number
	for _, x := range all {
		if x.Number != current.Number && x.started {
			record.Before = x.Number
		}
	}
	if current.running && current.inPlace && e.Serves(ctx, &current.Release) == nil {
		return record, nil
	}
	switch {
	case !current.inPlace: // as in the middle of a rollback or of an undo
		p := &journal.Pending{Action: journal.Rollback, From: current.Number, To: current.Number, Step: journal.StepStart, Since: time.Now().UTC(), Running: true, Undoing: true}
		if i := slices.IndexFunc(all, func(x remains) bool { return x.named && x.Number != current.Number }); i >= 0 {
			p.To = all[i].Number // it is set aside first
		}
		p.Backup, err = store.CopiedSince(name, &current.Release, current.last)
		record.Pending = p
	case len(all) > 1 || current.running:
		record.Pending = &journal.Pending{
			Action: journal.Upgrade, From: record.Before, To: current.Number, Step: journal.StepSoak, Since: time.Now().UTC(), Running: true,
		}
		if record.Before > current.Number {
			record.Pending.Action = journal.Rollback
		}
	}
	return record, err
}

// beginning is the change that has made a release which has never run.
func (x remains) beginning(all []remains) *journal.Pending {
	p := journal.Pending{Action: journal.Upgrade, From: journal.None, To: x.Number, Since: x.Created, Running: true}
	if x.origin != nil {
		p = x.origin.Pending
	} else if len(all) > 1 {
		p.From = all[len(all)-2].Number
	}
	if !slices.ContainsFunc(all, func(o remains) bool { return o.Number == p.From }) {
		p.From = journal.None
	}
	if p.From == journal.None {
		p.Action = journal.Install
	}
	p.To, p.Step = x.Number, journal.StepPromote // so that nothing has touched the data
	return &p
}

// remains are those of all releases of an instance, by number, with that which was started by hand if one was.
func (e *Engine) remains(ctx context.Context, name string) (all []remains, service string, err error) {
	list, err := e.List(ctx, LabelInstance+"="+name, LabelRelease)
	if err != nil {
		return nil, "", err
	}
	for _, item := range list {
		number, err := strconv.Atoi(item.Labels[LabelRelease])
		if err != nil || slices.ContainsFunc(all, func(x remains) bool { return x.Number == number }) {
			continue
		}
		service = item.Labels[instance.LabelService]
		x := remains{origin: originOf(item.Labels), Release: journal.Release{
			Number: number, Version: item.Labels[LabelVersion], Image: item.Image,
			Created: time.Unix(item.Created, 0).UTC(), Ready: journal.Ready{Within: journal.DefaultWithin},
		}}
		if x.origin != nil {
			x.Ready, x.ConfigFile = x.origin.Ready, x.origin.ConfigFile
		}
		if x.Containers, err = e.Containers(ctx, name, number); err != nil {
			return nil, "", err
		}
		if len(x.Containers) > 0 {
			all = append(all, x)
		}
	}
	for _, x := range slices.Clone(all) { // that of the first change says what was there before safeport
		if x.origin == nil || x.origin.From == nil || slices.ContainsFunc(all, func(o remains) bool { return o.Number == x.origin.From.Number }) {
			continue
		}
		all = append(all, remains{Release: *x.origin.From})
	}
	kept := all[:0]
	for _, x := range all {
		there, err := e.observe(ctx, &x)
		if err != nil {
			return nil, "", err
		}
		if there {
			kept = append(kept, x)
		}
	}
	slices.SortFunc(kept, func(a, b remains) int { return cmp.Compare(a.Number, b.Number) })
	return kept, service, nil
}

// observe looks at the containers of a release; there is false if none is left.
func (e *Engine) observe(ctx context.Context, x *remains) (there bool, err error) {
	x.inPlace = true
	for _, c := range x.Containers {
		s, ok, err := e.Inspect(ctx, c.ID)
		if err != nil {
			return false, err
		}
		if !ok {
			x.inPlace = false
			continue
		}
		there = true
		x.running = x.running || s.State.Running
		x.started = x.started || WasStarted(s.State.StartedAt)
		if at, err := time.Parse(time.RFC3339Nano, s.State.StartedAt); err == nil && at.After(x.last) {
			x.last = at
		}
		x.named = x.named || s.Name == "/"+c.Name
		x.inPlace = x.inPlace && s.Name == "/"+c.Name && (e.Podman || samePolicy(s.HostConfig.RestartPolicy, c))
	}
	return there, nil
}

func samePolicy(have container.RestartPolicy, c journal.Container) bool {
	return cmp.Or(string(have.Name), "no") == c.Restart
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}
