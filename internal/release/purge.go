package release

import (
	"context"
	"strings"
	"time"

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

// dfTimeout bounds the question for sizes: an engine answers it by walking through all that it has, containers too (Docker
// 20.10 knows no narrower one). Without an answer the question whether to remove it is asked all the same.
const dfTimeout = 20 * time.Second

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
	ctx, cancel := context.WithTimeout(ctx, dfTimeout)
	defer cancel()
	used, err := s.Engine.Api.DiskUsage(ctx, client.DiskUsageOptions{Volumes: true, Verbose: true})
	for _, name := range names {
		v := VolumeStatus{name, -1}
		for _, item := range used.Volumes.Items {
			if err == nil && item.Name == name && item.UsageData != nil {
				v.Bytes = item.UsageData.Size
			}
		}
		p.Volumes = append(p.Volumes, v)
	}
	return p, nil
}

// unshared refuses to remove volumes that containers of others have: the engine would refuse it too, after everything else
// had been removed.
func (s *Session) unshared(ctx context.Context, record *journal.Record, data Purge) error {
	for _, v := range data.Volumes {
		res, err := s.Engine.Api.ContainerList(ctx, client.ContainerListOptions{All: true, Filters: make(client.Filters).Add("volume", v.Name)})
		if err != nil {
			return message.Errorf("listing containers: %w", err)
		}
		for _, c := range res.Items {
			if c.Labels[engine.LabelInstance] == record.Instance || record.Has(c.ID) {
				continue
			}
			return &journal.RefusedError{
				Reason: message.Say("volume %s is also used by container %s", v.Name, strings.TrimPrefix(c.Names[0], "/")),
				Hint:   message.Say("without --purge, data is kept"),
			}
		}
	}
	return nil
}

// Empty says whether there is no data.
func (p Purge) Empty() bool { return len(p.Volumes)+len(p.Backups) == 0 }
