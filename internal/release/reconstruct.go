package release

import (
	"context"
	"strconv"
	"time"

	"safeport/internal/instance"
)

// reconstruct reads a record off the labels of the containers that safeport made; nil when there are none. Which release
// serves is told by which runs. One that is set aside gets the restart policy of the one that serves, which is the best
// that is known of it.
func (e *Engine) reconstruct(ctx context.Context, name string) (*Record, error) {
	list, err := e.list(ctx, labelInstance+"="+name, LabelRelease)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	record := &Record{Schema: Schema, Instance: name, Endpoint: e.Endpoint, Current: None, Before: None}
	running := map[int]bool{}
	for _, item := range list {
		number, err := strconv.Atoi(item.Labels[LabelRelease])
		if err != nil {
			continue
		}
		running[number] = running[number] || item.State == "running"
		record.Service = item.Labels[instance.LabelService]
		containers, err := e.containers(ctx, name, number)
		if err != nil {
			return nil, err
		}
		record.put(Release{
			Number: number, Version: item.Labels[LabelVersion], Image: item.Image, Containers: containers,
			Created: time.Unix(item.Created, 0).UTC(), Ready: Ready{Within: defaultWithin},
		})
	}
	for _, x := range record.Releases { // by number, so that of several the newest counts
		if !running[record.Current] || running[x.Number] {
			record.Current = x.Number
		}
	}
	for _, x := range record.Releases {
		if x.Number != record.Current {
			record.Before = x.Number
		}
	}
	policy := record.Release(record.Current).Containers[0]
	for i := range record.Releases {
		for j := range record.Releases[i].Containers {
			if c := &record.Releases[i].Containers[j]; c.Restart == "no" {
				c.Restart, c.Retries = policy.Restart, policy.Retries
			}
		}
	}
	return record, nil
}
