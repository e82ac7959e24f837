package release

import (
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/release/desired"
	"github.com/safeport/safeport/internal/release/journal"
	"github.com/safeport/safeport/report"
)

// StatusSchema names the shape of a [Status] as JSON.
const StatusSchema = "safeport/status/v1"

// Status is what there is of the instances on a host.
type Status struct {
	Schema    string           `json:"schema"` // always [StatusSchema]
	Instances []InstanceStatus `json:"instances"`
}

// InstanceStatus is what there is of one instance.
type InstanceStatus struct {
	Instance   string                 `json:"instance"`
	Service    string                 `json:"service"`
	Situation  report.Situation       `json:"situation"`
	ManagedBy  Manager                `json:"managed_by,omitempty"`
	Release    *int                   `json:"release"` // null: safeport did not install it
	Version    string                 `json:"version"`
	Image      string                 `json:"image"`
	Healthy    bool                   `json:"healthy"`
	Why        string                 `json:"why,omitempty"` // it is not healthy
	URL        string                 `json:"url"`
	Ports      []report.Port          `json:"ports"`
	Containers []ContainerStatus      `json:"containers"`
	Releases   []ReleaseStatus        `json:"releases"`
	Backups    []journal.BackupStatus `json:"backups"`
	Pending    *string                `json:"pending"`             // what an earlier run did not bring to its end; null: nothing
	Leftovers  []Leftover             `json:"leftovers,omitempty"` // of runs that were broken off
}

// ContainerStatus is one container of an instance.
type ContainerStatus struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	State string `json:"state"`
}

// ReleaseStatus is one release of an instance.
type ReleaseStatus struct {
	Number  int       `json:"number"`
	Version string    `json:"version"`
	Created time.Time `json:"created"`
	State   string    `json:"state"` // serves, kept (for the way back), gone (it was, and its containers are removed), pending
}

// Status looks at the instance that the question is about. It changes nothing, and waits for nobody: while another run
// changes the instance it says what that is doing.
func (s *Session) Status(ctx context.Context) (InstanceStatus, error) {
	if err := s.define(ctx, true); err != nil {
		return InstanceStatus{}, err
	}
	if err := validName(s.Question.Instance); err != nil {
		return InstanceStatus{}, err
	}
	found, err := s.Engine.Find(ctx, s.definition.Definition, s.Question.Instance)
	if err != nil {
		return InstanceStatus{}, &journal.NotBegunError{Err: err}
	}
	st := InstanceStatus{
		Instance: found.Name, Service: s.definition.Name, Situation: report.Situation(found.Situation),
		Ports: []report.Port{}, Containers: []ContainerStatus{}, Releases: []ReleaseStatus{},
	}
	for _, c := range found.Containers {
		st.Containers = append(st.Containers, ContainerStatus{c.ID, c.Name, c.State})
	}
	st.ManagedBy = managerOf(found.Containers)
	if st.Backups, err = s.Store.Kept(found.Name); err != nil {
		return st, err
	}
	record, err := s.Journal(ctx, found.Name)
	var damaged *journal.DamagedError
	var newer *journal.NewerError
	switch {
	case errors.As(err, &damaged):
		text := s.Question.Language.Sprintf("%v; the next change rebuilds it from container labels", damaged)
		if record != nil {
			text = s.Question.Language.Sprintf("%v; the next change restores its copy", damaged)
		}
		st.Pending, err = &text, nil
	case errors.As(err, &newer):
		text := s.Question.Language.Error(newer)
		st.Pending, err = &text, nil
	}
	if err == nil && record == nil {
		record, err = s.Engine.Reconstruct(ctx, s.Store, found.Name)
	}
	if err != nil {
		return st, err
	}
	rest, err := s.leftovers(ctx, found.Name, record)
	if err != nil {
		return st, err
	}
	st.Leftovers = rest.removable(false)
	var current *journal.Release
	if record != nil {
		st.ManagedBy = Safeport
		s.tellRecord(ctx, &st, record)
		if names := s.twice(record, found); len(names) > 0 && record.Pending == nil {
			st.tellHealth(message.Errorf("%s runs beside revision %d of %s and may write to its data", cleaned(names), record.Current, found.Name), s.Question.Language)
		}
		current = record.Release(record.Current)
	} else {
		if err := s.tellNamesake(ctx, &st); err != nil {
			return st, err
		}
		s.tellFound(ctx, &st, cmp.Or(s.Question.Instance, found.Name))
	}
	d := s.definition
	if record != nil {
		if d, err = s.definitionOf(ctx, record, current); err != nil {
			return st, err
		}
	}
	if wanted, err := made(d, current, found.Containers); err == nil {
		if report, err := s.about(found.Name, d, wanted).answer(ctx, 0); err == nil {
			st.Ports = report.Ports
		}
	}
	return st, nil
}

func (s *Session) tellRecord(ctx context.Context, st *InstanceStatus, record *journal.Record) {
	for _, r := range record.Releases {
		state := "kept"
		switch {
		case r.Number == record.Current:
			state = "serves"
		case record.Pending != nil && record.Pending.To == r.Number:
			state = "pending"
		default:
			if gone, err := s.Engine.Gone(ctx, &r); err == nil && gone != "" {
				state = "gone"
			}
		}
		st.Releases = append(st.Releases, ReleaseStatus{r.Number, r.Version, r.Created, state})
	}
	if p := record.Pending; p != nil {
		text := p.In(s.Question.Language)
		st.Pending = &text
	}
	r := record.Release(record.Current)
	if r == nil {
		return
	}
	number := r.Number
	st.Release, st.Version, st.Image, st.URL = &number, r.Version, r.Image, r.Ready.URL
	if endpoint, err := s.Engine.Elsewhere(ctx, record); err == nil && endpoint != "" {
		st.tellHealth(message.Errorf("it runs on the engine at %s, not the one at %s", endpoint, s.Engine.Endpoint), s.Question.Language)
		return
	}
	st.tellHealth(s.Engine.Serves(ctx, r), s.Question.Language)
}

// tellNamesake tells by which other name the project is installed, if it is not by this one.
func (s *Session) tellNamesake(ctx context.Context, st *InstanceStatus) error {
	if len(st.Containers) > 0 || s.Question.Instance != "" {
		return nil
	}
	other, err := s.underAnotherName(ctx, st.Instance)
	if other != nil {
		st.Why = other.reason(s.Question.Files[0], st.Instance).In(s.Question.Language)
	}
	return err
}

// tellFound tells of an instance that safeport did not install.
func (s *Session) tellFound(ctx context.Context, st *InstanceStatus, name string) {
	found, err := s.Engine.Find(ctx, s.definition.Definition, name)
	if err != nil || len(found.Containers) == 0 {
		return
	}
	serving, err := s.serving(ctx, nil, found.Containers)
	if err != nil {
		return
	}
	if serving[0].Project == "" {
		serving = serving[:1]
	}
	spec := desired.Spec{Definition: s.definition, Instance: found.Name}
	t, err := spec.Target(ctx, serving)
	if err != nil {
		st.Why = s.Question.Language.Error(err)
		return
	}
	record := desired.Adopt(t, s.Engine.Endpoint, serving)
	r := &record.Releases[0]
	st.Version, st.Image, st.URL = r.Version, r.Image, r.Ready.URL
	st.tellHealth(s.Engine.Serves(ctx, r), s.Question.Language)
}

func (st *InstanceStatus) tellHealth(err error, l report.Language) {
	st.Healthy = err == nil
	if err != nil {
		st.Why = l.Error(err)
	}
}
