package engine

import (
	"cmp"
	"context"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/release/journal"
)

// asDocker takes out of a container what Podman tells of one for which nobody has chosen it, where Docker tells nothing, and
// writes the rest as Docker does: otherwise its defaults would be carried over as the user's wishes, and in words that
// Podman itself does not take. It was seen in Podman 4.3.
func asDocker(c *container.InspectResponse) {
	h := c.HostConfig
	for _, field := range []struct {
		value   *string
		nothing string
	}{
		{(*string)(&h.PidMode), "private"}, {(*string)(&h.UTSMode), "private"}, {&h.Runtime, "oci"},
		{&c.Config.StopSignal, "15"}, {&c.Config.WorkingDir, "/"},
	} {
		if *field.value == field.nothing {
			*field.value = ""
		}
	}
	if h.MemorySwappiness != nil && *h.MemorySwappiness == 0 {
		h.MemorySwappiness = nil
	}
	if c.Config.StopTimeout != nil && *c.Config.StopTimeout == 0 {
		c.Config.StopTimeout = nil
	}
	// Docker names the network of a container that is not on the engine's own one.
	if n := c.NetworkSettings; h.NetworkMode.IsBridge() && n != nil && len(n.Networks) > 0 && n.Networks["podman"] == nil {
		h.NetworkMode = container.NetworkMode(slices.Min(slices.Collect(maps.Keys(n.Networks))))
	}
	const podmansShm = 65_536_000
	if h.ShmSize == podmansShm {
		h.ShmSize = 0
	}
	for _, limit := range h.Ulimits {
		limit.Name = strings.ToLower(strings.TrimPrefix(limit.Name, "RLIMIT_"))
	}
	for i := range h.Devices {
		h.Devices[i].CgroupPermissions = cmp.Or(h.Devices[i].CgroupPermissions, "rwm") // of which it says nothing
	}
	own := []string{"container=podman", "TERM=xterm", "HOSTNAME=" + c.Config.Hostname, "HOME=/", "HOME=/root"}
	c.Config.Env = slices.DeleteFunc(c.Config.Env, func(v string) bool { return slices.Contains(own, v) })
}

// restless are the containers of a release that Podman may be about to start once more although it calls them stopped. One that
// ends again and again is started by another process each time, which no stop holds back: only one that meets it
// running does (seen in 4.3). Left alone it takes the port of the release that comes in its place.
func (e *Engine) restless(ctx context.Context, r *journal.Release) (list []journal.Container, err error) {
	for _, c := range r.Containers {
		is, ok, err := e.Inspect(ctx, c.ID)
		if err != nil {
			return nil, err
		}
		if ok && !is.HostConfig.RestartPolicy.IsNone() && (!is.State.Running || is.RestartCount > 0) {
			list = append(list, c)
		}
	}
	return list, nil
}

// calm stops a container until nothing is left that could start it again. That one stop fails says little: Podman may tell
// by it of a start of its own that has failed, for want of the port that another one had.
func (e *Engine) calm(ctx context.Context, c journal.Container) error {
	for began := time.Now(); tended(c.ID); {
		_, err := e.Api.ContainerStop(ctx, c.ID, client.ContainerStopOptions{})
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case time.Since(began) < EngineTimeout:
		case err != nil:
			return message.Errorf("stopping container %s: %w", c.Name, err)
		default:
			return message.Errorf("container %s restarts faster than it can be stopped", c.Name)
		}
	}
	return nil
}

// tended says whether a process of Podman's is about a container: the conmon that watches it, or what that becomes at its
// end, which starts it again.
func tended(id string) bool {
	files, _ := filepath.Glob("/proc/[0-9]*/cmdline") // the pattern is a good one
	for _, file := range files {
		line, err := os.ReadFile(file)
		if err != nil {
			continue // it has ended
		}
		words := strings.Split(string(line), "\x00")
		if slices.Contains(words, id) && (filepath.Base(words[0]) == "conmon" || slices.Contains(words, "cleanup")) {
			return true
		}
	}
	return false
}
