package engine

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"slices"

	"github.com/compose-spec/compose-go/v2/types"
	cerrdefs "github.com/containerd/errdefs"
	"github.com/moby/moby/api/pkg/authconfig"
	"github.com/moby/moby/api/types/jsonstream"
	"github.com/moby/moby/client"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/regular"
	"github.com/safeport/safeport/internal/release/journal"
)

// PullPolicy says when an image is asked of its registry.
type PullPolicy string

// The policies, as docker run knows them.
const (
	PullMissing PullPolicy = "missing"
	PullAlways  PullPolicy = "always"
	PullNever   PullPolicy = "never"
)

// Load puts the images of an archive into the engine, as "docker load" does.
func (e *Engine) Load(ctx context.Context, path string, progress journal.Progress) error {
	f, err := regular.OpenStream(path)
	if err != nil {
		return message.Errorf("loading images: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return message.Errorf("loading images: %w", err)
	}
	res, err := e.Api.ImageLoad(ctx, io.TeeReader(f, &journal.Counter{Tell: progress.Counted(path, info.Size())}))
	if err != nil {
		return message.Errorf("loading images from %s: %w", path, err)
	}
	defer res.Close()
	for decoder := json.NewDecoder(res); ; {
		var m jsonstream.Message
		err := decoder.Decode(&m)
		if err == nil && m.Error != nil {
			err = m.Error
		}
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return message.Errorf("loading images from %s: %w", path, err)
		}
	}
}

// Images makes sure that the images of a project are there and fit the host.
func (e *Engine) Images(ctx context.Context, p *types.Project, policy PullPolicy, progress journal.Progress) error {
	wanted := map[string]bool{}
	built := map[string]bool{}
	for _, s := range p.Services {
		wanted[s.Image] = true
		built[s.Image] = built[s.Image] || s.Build != nil
	}
	for _, image := range slices.Sorted(maps.Keys(wanted)) {
		there, err := e.hasImage(ctx, image)
		if err != nil {
			return err
		}
		switch {
		case built[image] && there: // what was made here no registry has
		case policy == PullNever && !there:
			return message.Errorf("image %s isn't on this host, and --pull is never: load it with --load FILE", image)
		case policy == PullAlways, policy == PullMissing && !there:
			if err := e.pull(ctx, image, progress); err != nil {
				return err
			}
		}
		if err := e.fits(ctx, image); err != nil {
			return err
		}
	}
	return nil
}

func (e *Engine) hasImage(ctx context.Context, image string) (bool, error) {
	found, err := e.Api.ImageInspect(ctx, image)
	if cerrdefs.IsNotFound(err) {
		return false, nil
	}
	if err != nil {
		return false, message.Errorf("looking for image %s: %w", image, err)
	}
	return !beginsID(image, found.ID), nil
}

// fits refuses an image for another kind of machine now: it would be refused, or run and crash, when the old release is
// stopped already.
func (e *Engine) fits(ctx context.Context, image string) error {
	i, err := e.Api.ImageInspect(ctx, image)
	if err != nil {
		return message.Errorf("looking for image %s: %w", image, err)
	}
	host, err := e.Api.ServerVersion(ctx, client.ServerVersionOptions{})
	if err != nil {
		return message.Errorf("reading the engine's version: %w", err)
	}
	if i.Architecture != "" && host.Arch != "" && i.Architecture != host.Arch {
		return message.Errorf("image %s is for %s, but this host is %s", image, i.Architecture, host.Arch)
	}
	return nil
}

// pull asks the registry, with the credentials that "docker login" has kept.
func (e *Engine) pull(ctx context.Context, image string, progress journal.Progress) error {
	kept, err := e.credentials(ctx, image)
	if err != nil {
		return err
	}
	auth, err := authconfig.Encode(kept.AuthConfig)
	if err != nil {
		return message.Errorf("reading the credentials for %s: %w", kept.registry, err)
	}
	res, err := e.Api.ImagePull(ctx, image, client.ImagePullOptions{RegistryAuth: auth})
	if err != nil {
		return kept.explain(ctx, image, err)
	}
	defer res.Close()
	sizes := map[string]int64{}
	for m, err := range res.JSONMessages(ctx) {
		if err == nil && m.Error != nil {
			err = m.Error
		}
		if err != nil {
			return kept.explain(ctx, image, err)
		}
		switch {
		case m.Progress != nil && m.Status == "Downloading":
			sizes[m.ID] = m.Progress.Total
			progress.Bytes(m.ID, m.Progress.Current, m.Progress.Total)
		case m.Status == "Download complete" && sizes[m.ID] > 0: // the last bytes are not told
			progress.Bytes(m.ID, sizes[m.ID], sizes[m.ID])
		}
	}
	return nil
}
