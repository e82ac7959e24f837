package engine

import (
	"context"
	"strings"

	"github.com/compose-spec/compose-go/v2/types"
	cerrdefs "github.com/containerd/errdefs"
	"github.com/docker/compose/v5/pkg/api"
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"

	"github.com/safeport/safeport/internal/message"
)

// byService names the containers of the same release whose network, namespaces or volumes a container shares by their
// services, as the Compose file has it. The engine knows their ids, and those of the next release are others.
func (e *Engine) byService(ctx context.Context, c *container.InspectResponse) error {
	name := func(id string) (string, error) {
		res, err := e.Api.ContainerInspect(ctx, id, client.ContainerInspectOptions{})
		if err != nil && !cerrdefs.IsNotFound(err) {
			return "", message.Errorf("inspecting container %s: %w", id, err)
		}
		if err != nil || !sameRelease(c.Config.Labels, res.Container.Config.Labels) {
			return "", nil
		}
		return res.Container.Config.Labels[api.ServiceLabel], nil
	}
	h := c.HostConfig
	for _, mode := range []*string{(*string)(&h.NetworkMode), (*string)(&h.IpcMode), (*string)(&h.PidMode)} {
		id, shared := strings.CutPrefix(*mode, types.ContainerPrefix)
		if !shared {
			continue
		}
		service, err := name(id)
		if err != nil {
			return err
		}
		if service != "" {
			*mode = types.ServicePrefix + service
		}
	}
	for i, from := range h.VolumesFrom {
		id, _, _ := strings.Cut(from, ":")
		service, err := name(id)
		if err != nil {
			return err
		}
		if service != "" {
			h.VolumesFrom[i] = service + strings.TrimPrefix(from, id)
		}
	}
	return nil
}

// sameRelease goes by the Compose project: each release is one, and what Compose alone has made is, too.
func sameRelease(a, b map[string]string) bool {
	return a[api.ProjectLabel] != "" && a[api.ProjectLabel] == b[api.ProjectLabel]
}

// IsShared says whether a container has no network of its own.
func IsShared(mode container.NetworkMode) bool {
	return mode.IsHost() || mode.IsNone() || mode.IsContainer() || strings.HasPrefix(string(mode), types.ServicePrefix)
}
