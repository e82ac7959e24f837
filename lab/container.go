package lab

import (
	"context"
	"fmt"
	"net/netip"
	"testing"

	"github.com/docker/go-connections/nat"
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/api/types/network"
	"github.com/moby/moby/client"
)

// Container is a container to be created.
type Container struct {
	Name        string
	Image       string
	Publish     []string // as "docker run -p" takes them
	Expose      []string // "80/tcp"
	HostNetwork bool
	NoNetwork   bool
	Networks    []string // names of networks, or "container:NAME"; none: the engine's own default
	User        string   // "1000"; empty: the image's
	CapAdd      []string
	CapDrop     []string
	SecurityOpt []string
	Volumes     []string // as "docker run -v" takes them
	Restart     string   // restart policy; empty: no
	Token       string   // what it answers with
	Args        []string
	Env         []string
	Labels      map[string]string
}

// Create creates a container and returns its id.
func (e *Engine) Create(ctx context.Context, c Container) (id string, err error) {
	exposed, bindings, err := portMap(c.Publish)
	if err != nil {
		return "", err
	}
	for _, expose := range c.Expose {
		port, err := network.ParsePort(expose)
		if err != nil {
			return "", err
		}
		exposed[port] = struct{}{}
	}
	mode := container.NetworkMode("default")
	switch {
	case c.HostNetwork:
		mode = "host"
	case c.NoNetwork:
		mode = "none"
	case len(c.Networks) > 0:
		mode = container.NetworkMode(c.Networks[0])
	}
	res, err := e.ContainerCreate(ctx, client.ContainerCreateOptions{
		Name: c.Name,
		Config: &container.Config{
			Image:        c.Image,
			Cmd:          c.Args,
			Env:          append([]string{"STANDIN_TOKEN=" + c.Token}, c.Env...),
			ExposedPorts: exposed,
			Labels:       c.Labels,
			User:         c.User,
		},
		HostConfig: &container.HostConfig{
			PortBindings:  bindings,
			Binds:         c.Volumes,
			NetworkMode:   mode,
			CapAdd:        c.CapAdd,
			CapDrop:       c.CapDrop,
			SecurityOpt:   c.SecurityOpt,
			RestartPolicy: container.RestartPolicy{Name: container.RestartPolicyMode(c.Restart)},
		},
	})
	for i, name := range c.Networks {
		if i > 0 && err == nil {
			_, err = e.NetworkConnect(ctx, name, client.NetworkConnectOptions{Container: res.ID})
		}
	}
	return res.ID, err
}

// portMap reads ports as "docker run -p" takes them into the two maps that the API wants.
func portMap(specs []string) (network.PortSet, network.PortMap, error) {
	exposed, bindings := network.PortSet{}, network.PortMap{}
	for _, spec := range specs {
		mappings, err := nat.ParsePortSpec(spec)
		if err != nil {
			return nil, nil, fmt.Errorf("port %q: %w", spec, err)
		}
		for _, m := range mappings {
			port, err := network.ParsePort(string(m.Port))
			if err != nil {
				return nil, nil, err
			}
			binding := network.PortBinding{HostPort: m.Binding.HostPort}
			if m.Binding.HostIP != "" {
				if binding.HostIP, err = netip.ParseAddr(m.Binding.HostIP); err != nil {
					return nil, nil, err
				}
			}
			exposed[port] = struct{}{}
			bindings[port] = append(bindings[port], binding)
		}
	}
	return exposed, bindings, nil
}

// Run starts a container as "docker run -d" does. It is removed when the test ends.
func (e *Engine) Run(t testing.TB, c Container) (id string) {
	t.Helper()
	id = e.Created(t, c)
	if _, err := e.ContainerStart(t.Context(), id, client.ContainerStartOptions{}); err != nil {
		t.Fatalf("starting container %s: %v", c.Name, err)
	}
	return id
}

// Created creates a container and does not start it. It is removed when the test ends.
func (e *Engine) Created(t testing.TB, c Container) (id string) {
	t.Helper()
	id, err := e.Create(t.Context(), c)
	if err != nil {
		t.Fatalf("creating container %s: %v", c.Name, err)
	}
	t.Cleanup(func() {
		if err := e.Remove(context.Background(), id); err != nil {
			t.Errorf("removing container %s: %v", c.Name, err)
		}
	})
	return id
}

// Remove kills and removes a container.
func (e *Engine) Remove(ctx context.Context, id string) error {
	_, err := e.ContainerRemove(ctx, id, client.ContainerRemoveOptions{Force: true, RemoveVolumes: true})
	return err
}
