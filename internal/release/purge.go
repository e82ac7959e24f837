package release

import (
	"context"
	"slices"

	"github.com/moby/moby/client"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/release/engine"
	"github.com/safeport/safeport/internal/release/journal"
)

// Purge is the data that would go with an instance.
type Purge struct {
	Instance string
	Volumes  []VolumeStatus
	Backups  []journal.BackupStatus
}

// VolumeStatus is a volume that safeport made.
type VolumeStatus struct {
	Name  string
	Bytes int64 // -1: the engine does not know
}

// data is the data of an instance, whether its containers are still there or not.
func (s *Session) data(ctx context.Context, instance string, record *journal.Record) (Purge, error) {
	p := Purge{Instance: instance}
	names, err := s.Engine.Volumes(ctx, instance)
	if err != nil {
		return p, err
	}
	if record != nil {
		unnamed, err := s.Unnamed(ctx, record)
		if err != nil {
			return p, err
		}
		names = append(names, unnamed...)
	}
	if p.Backups, err = s.Store.Kept(instance); err != nil || len(names) == 0 {
		return p, err
	}
	sizes := s.Engine.Sizes(ctx, names)
	for _, name := range names {
		p.Volumes = append(p.Volumes, VolumeStatus{name, sizes[name]})
	}
	return p, nil
}

// unshared refuses to remove volumes that containers of others have: the engine would refuse it too, after everything else
// had been removed.
func (s *Session) unshared(ctx context.Context, record *journal.Record, data Purge) error {
	ours, err := s.Engine.EveryContainer(ctx, record.Instance)
	if err != nil {
		return err
	}
	for _, v := range data.Volumes {
		res, err := s.Engine.Api.ContainerList(ctx, client.ContainerListOptions{All: true, Filters: make(client.Filters).Add("volume", v.Name)})
		if err != nil {
			return message.Errorf("listing containers: %w", err)
		}
		for _, c := range res.Items {
			if record.Has(c.ID) || slices.ContainsFunc(ours, func(o journal.Container) bool { return o.ID == c.ID }) {
				continue
			}
			return &journal.RefusedError{
				Reason: message.Say("volume %s is also used by container %s", v.Name, engine.NameOf(c)),
				Hint:   message.Say("without --purge, data is kept"),
			}
		}
	}
	return nil
}

// Empty says whether there is no data.
func (p Purge) Empty() bool { return len(p.Volumes)+len(p.Backups) == 0 }
