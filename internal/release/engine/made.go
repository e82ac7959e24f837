package engine

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/docker/compose/v5/pkg/api"
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"

	"github.com/safeport/safeport/internal/instance"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/release/journal"
)

// Made are those containers with the labels that safeport has made for the instance. Who copies a container copies its labels: what has
// another's is somebody's own, and is left alone. One that was renamed by hand is not taken for a copy.
func (e *Engine) Made(ctx context.Context, name string, labels ...string) (made []container.Summary, err error) {
	all, err := e.List(ctx, append(labels, LabelInstance+"="+name, LabelRelease)...)
	if err != nil {
		return nil, err
	}
	for _, c := range all {
		copied := !named(c) && slices.ContainsFunc(all, func(o container.Summary) bool {
			return o.ID != c.ID && named(o) && instance.SamePlace(o.Labels, c.Labels)
		})
		if !copied {
			made = append(made, c)
		}
	}
	return made, nil
}

// NameOf is the name of a container in a list, or its id: one that is being removed may have no name any more.
func NameOf(c container.Summary) string {
	if len(c.Names) == 0 {
		return c.ID
	}
	return strings.TrimPrefix(c.Names[0], "/")
}

// ServicesOf are the services of which an instance has containers, or volumes that were kept; sorted.
func (e *Engine) ServicesOf(ctx context.Context, name string) (services []string, err error) {
	made, err := e.Made(ctx, name)
	if err != nil {
		return nil, err
	}
	for _, c := range made {
		services = append(services, c.Labels[instance.LabelService])
	}
	list, err := e.Api.VolumeList(ctx, client.VolumeListOptions{Filters: make(client.Filters).Add("label", LabelInstance+"="+name)})
	if err != nil {
		return nil, message.Errorf("listing volumes: %w", err)
	}
	for _, v := range list.Items {
		services = append(services, v.Labels[instance.LabelService])
	}
	slices.Sort(services)
	services = slices.Compact(services)
	return slices.DeleteFunc(services, func(s string) bool { return s == "" }), nil
}

// OfOthers says whether a Compose project has containers that are none of the instance's.
func (e *Engine) OfOthers(ctx context.Context, project, name string) (bool, error) {
	list, err := e.Api.ContainerList(ctx, client.ContainerListOptions{
		All: true, Filters: make(client.Filters).Add("label", api.ProjectLabel+"="+project),
	})
	if err != nil {
		return false, message.Errorf("listing containers: %w", err)
	}
	return slices.ContainsFunc(list.Items, func(c container.Summary) bool { return c.Labels[LabelInstance] != name }), nil
}

// Stray are those of them that no release of the record has; nil: none is known. It takes more to be removed as a rest than to be known: one
// without the name that it was given is somebody's, whatever its labels say.
func (e *Engine) Stray(ctx context.Context, name string, record *journal.Record) (list []container.Summary, err error) {
	all, err := e.Made(ctx, name)
	if err != nil {
		return nil, err
	}
	for _, c := range all {
		_, says := c.Labels[instance.LabelName] // an older safeport did not
		number, err := strconv.Atoi(c.Labels[LabelRelease])
		if err == nil && (named(c) || !says) && (record == nil || record.Release(number) == nil && !record.Has(c.ID)) {
			list = append(list, c)
		}
	}
	return list, nil
}

func named(c container.Summary) bool {
	return slices.ContainsFunc(c.Names, func(name string) bool { return instance.Named(strings.TrimPrefix(name, "/"), c.Labels) })
}
