package engine

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"slices"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/api/types/mount"
	"github.com/moby/moby/client"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/release/journal"
)

// Missing are the files and directories of the host that containers of a release mount and that are gone; sorted. Without one a container can't
// be started, or the engine makes an empty directory of that name. None is known where the engine's host has other files than this program
// sees, as it does in a container.
func (e *Engine) Missing(ctx context.Context, r *journal.Release) (paths []string, err error) {
	paths, err = e.mounted(ctx, r.Containers, func(m container.MountPoint) string {
		if m.Type == mount.TypeBind && Gone(m.Source) {
			return m.Source
		}
		return ""
	})
	if err != nil || len(paths) == 0 {
		return nil, err
	}
	info, err := e.Api.Info(ctx, client.InfoOptions{})
	if err != nil {
		return nil, message.Errorf("asking the engine where its files are: %w", err)
	}
	if Gone(info.Info.DockerRootDir) {
		return nil, nil
	}
	return paths, nil
}

// Gone says whether a path leads to nothing.
func Gone(path string) bool {
	_, err := os.Stat(path)
	return errors.Is(err, fs.ErrNotExist)
}

// Same says whether two paths lead to one file, whatever their names.
func Same(a, b string) bool {
	one, err := os.Stat(a)
	other, errOther := os.Stat(b)
	return err == nil && errOther == nil && os.SameFile(one, other)
}

// MissingNetworks are the networks that containers of a release are on and that are gone; sorted. One that was made again by the same name is
// another one to the engine. A container that has never run knows its networks by their names alone.
func (e *Engine) MissingNetworks(ctx context.Context, r *journal.Release) (names []string, err error) {
	for _, c := range r.Containers {
		is, ok, err := e.Inspect(ctx, c.ID)
		if err != nil {
			return nil, err
		}
		if !ok || is.NetworkSettings == nil {
			continue
		}
		for name, n := range is.NetworkSettings.Networks {
			if n == nil || n.NetworkID == "" || slices.Contains(names, name) {
				continue
			}
			there, err := e.HasNetwork(ctx, n.NetworkID)
			if err != nil {
				return nil, err
			}
			if !there {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	return names, nil
}
