package engine

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/docker/compose/v5/pkg/api"
	"github.com/moby/moby/api/types/container"

	"github.com/safeport/safeport/internal/instance"
	"github.com/safeport/safeport/internal/release/journal"
)

// remains is what is there of one release, as its containers tell it. What it shares with another one says nothing of what became of it
// alone, but has to be in its place, too.
type remains struct {
	journal.Release
	origin  *Origin
	running bool      // one of its containers
	started bool      // one of them has ever run
	last    time.Time // when one was last started
	named   bool      // one has the name with which it serves, and may keep it from another
	inPlace bool      // all have the names and the policies with which they serve
	alone   bool      // it has a container that no other one has
	lacks   bool      // containers that were made for it were removed
}

// whole says that nothing was removed of a release.
func (x remains) whole() bool { return x.origin != nil && x.origin.Makes > 0 && !x.lacks }

// ledBack says whether a release is one to go back to. All of what it has may be shared, and tell nothing.
func (x remains) ledBack() bool { return x.started && !x.lacks || !x.alone && x.whole() }

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
		record.Words, record.Others = o.words(), o.Others
	}
	for _, x := range all {
		record.Put(x.Release)
	}
	if !newest.started {
		record.Pending = newest.beginning(all)
		record.Current = record.Pending.From
		// What was being made may have been made of other files than what is there.
		if i := slices.IndexFunc(all, func(x remains) bool { return x.Number == record.Current }); i >= 0 && all[i].origin != nil && newest.origin != nil {
			words := record.Words
			record.Words, record.Pending.Words = all[i].origin.words(), &words
		}
		for _, x := range all[:len(all)-1] {
			if x.Number != record.Current && x.ledBack() {
				record.Before = x.Number
			}
		}
		return record, nil
	}
	current := slices.MaxFunc(all, func(a, b remains) int {
		return cmp.Or(compareBool(a.running, b.running), compareBool(a.inPlace, b.inPlace), cmp.Compare(a.Number, b.Number))
	})
	record.Current = current.Number
	for _, x := range all {
		if x.Number != current.Number && x.ledBack() {
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
		// What the change has made besides stays: a volume or a backup that anybody can name in a label may be somebody's own.
		said := x.origin.Pending
		p.From, p.Since, p.Running, p.Silent = said.From, said.Since, said.Running, said.Silent
	}
	if !slices.ContainsFunc(all, func(o remains) bool { return o.Number == p.From }) {
		p.From = journal.None
		if len(all) > 1 {
			p.From = all[len(all)-2].Number
		}
	}
	if p.From == journal.None {
		p.Action = journal.Install
	}
	p.To, p.Step = x.Number, journal.StepPromote // so that nothing has touched the data
	return &p
}

// remains are those of all releases of an instance, by number, with that which was started by hand if one was.
func (e *Engine) remains(ctx context.Context, name string) (all []remains, service string, err error) {
	list, err := e.Made(ctx, name)
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
			x.Image = cmp.Or(x.origin.Image, x.Image)
		}
		if x.Containers, err = e.Whole(ctx, name, number); err != nil {
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
		before, err := e.takenOver(ctx, name, x.origin.From)
		if err != nil {
			return nil, "", err
		}
		if before {
			all = append(all, remains{Release: *x.origin.From})
		}
	}
	shared := map[string]bool{}
	for _, x := range all {
		for _, c := range x.Kept() {
			shared[c.ID] = true
		}
	}
	kept := all[:0]
	for _, x := range all {
		there, err := e.observe(ctx, &x, shared)
		if err != nil {
			return nil, "", err
		}
		if there {
			kept = append(kept, x)
		}
	}
	slices.SortFunc(kept, func(a, b remains) int { return cmp.Compare(a.Number, b.Number) })
	return existing(kept), service, nil
}

// takenOver says whether the containers that a label tells of may be those that the instance has taken over from its user. Anybody can write
// such a label: what is another instance's, or called by another thing than its whole id, is not what safeport has written there.
func (e *Engine) takenOver(ctx context.Context, name string, r *journal.Release) (bool, error) {
	for _, c := range r.Containers {
		s, ok, err := e.Inspect(ctx, c.ID)
		if err != nil {
			return false, err
		}
		if !ok {
			continue
		}
		labels := s.Config.Labels
		if s.ID != c.ID || labels[LabelInstance] != "" || !instance.MayBePart(name, strings.TrimPrefix(s.Name, "/"), labels[api.ProjectLabel]) {
			return false, nil
		}
	}
	return true, nil
}

// existing are those releases that have not been removed. One that was is there yet by those containers that newer ones have kept. One
// that was not may have no others either: the change that made the newest tells which it came from, and that one's which that came from.
func existing(all []remains) []remains {
	from := func(number int) int {
		i := slices.IndexFunc(all, func(x remains) bool { return x.Number == number && x.origin != nil })
		if i < 0 {
			return journal.None
		}
		return all[i].origin.Pending.From
	}
	if len(all) == 0 {
		return nil
	}
	newest := all[len(all)-1]
	before := from(newest.Number)
	beforeThat := journal.None
	if !newest.started {
		beforeThat = from(before)
	}
	return slices.DeleteFunc(slices.Clone(all), func(x remains) bool {
		switch {
		case x.alone, x.Number == before && !newest.started: // that one serves
			return false
		case x.Number == before, x.Number == beforeThat:
			return !x.whole()
		}
		return true
	})
}

// observe looks at the containers of a release; there is false if none is left.
func (e *Engine) observe(ctx context.Context, x *remains, shared map[string]bool) (there bool, err error) {
	x.inPlace = true
	made := 0
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
		x.inPlace = x.inPlace && s.Name == "/"+c.Name && (e.Podman || SamePolicy(s.HostConfig.RestartPolicy, c))
		if c.Made == 0 {
			made++
		}
		if shared[c.ID] {
			continue
		}
		x.alone = true
		x.running = x.running || s.State.Running
		x.started = x.started || WasStarted(s.State.StartedAt)
		if at, err := time.Parse(time.RFC3339Nano, s.State.StartedAt); err == nil && at.After(x.last) {
			x.last = at
		}
		x.named = x.named || s.Name == "/"+c.Name
	}
	x.lacks = x.origin != nil && made < x.origin.Makes
	return there, nil
}

// SamePolicy says whether a container has the restart policy with which it serves.
func SamePolicy(have container.RestartPolicy, c journal.Container) bool {
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
