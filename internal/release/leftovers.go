package release

import (
	"context"

	"github.com/safeport/safeport/internal/release/engine"
	"github.com/safeport/safeport/internal/release/journal"
)

// leftovers are what runs that were broken off have left of an instance, and no release of a record has.
type leftovers struct {
	containers, networks []string // removed by the next change
	halves, damaged      []string // half backups, and journals that were set aside: removed by an uninstallation
	volumes              []string // without an instance; removed by an uninstallation with its data
}

// leftovers looks for them. The record says what is no leftover; nil: nothing is known.
func (s *Session) leftovers(ctx context.Context, name string, record *journal.Record) (l leftovers, err error) {
	list, err := s.Engine.Stray(ctx, name, record)
	if err != nil {
		return l, err
	}
	for _, c := range list {
		l.containers = append(l.containers, engine.NameOf(c))
	}
	if _, l.halves, err = s.Store.BackupsOf(name); err != nil {
		return l, err
	}
	if record != nil && record.Pending != nil {
		l.halves = nil // of the change that is pending
	}
	if l.damaged, err = s.Store.Damaged(name); err != nil || record != nil {
		return l, err
	}
	networks, err := s.Engine.Networks(ctx, name)
	if err != nil {
		return l, err
	}
	for _, n := range networks {
		l.networks = append(l.networks, n.Name)
	}
	l.volumes, err = s.Engine.Volumes(ctx, name)
	return l, err
}

// Leftover is something that a run which was broken off has left, as it is told to people and programs.
type Leftover struct {
	Kind string `json:"kind"` // container, network, backup (half of one), journal (a damaged one), volume
	Name string `json:"name"`
}

// removable are those that an uninstallation removes.
func (l leftovers) removable(purge bool) (list []Leftover) {
	kinds := []struct {
		kind  string
		names []string
	}{{"container", l.containers}, {"network", l.networks}, {"backup", l.halves}, {"journal", l.damaged}}
	if purge {
		kinds = append(kinds, struct {
			kind  string
			names []string
		}{"volume", l.volumes})
	}
	for _, of := range kinds {
		for _, name := range of.names {
			list = append(list, Leftover{of.kind, name})
		}
	}
	return list
}
