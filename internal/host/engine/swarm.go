package engine

import (
	"context"

	"github.com/moby/moby/api/types/swarm"
	"github.com/moby/moby/client"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/port"
)

// services asks a manager of a swarm for its services. A port that one publishes by the ingress network is taken on every
// node, wherever its containers run: the daemon listens on it and rules lead to the network (moby
// libnetwork/service_linux.go, programIngress). Other nodes than managers do not tell, and neither does an engine that is
// in no swarm: that is no fault.
func (a *Answer) services(ctx context.Context, api *client.Client, status *client.SwarmStatus) {
	switch {
	case status != nil && !status.ControlAvailable: // told since API 1.42
		return
	case status == nil && !hasSwarmNetwork(ctx, api):
		return
	}
	list, err := api.ServiceList(ctx, client.ServiceListOptions{})
	if err != nil {
		return
	}
	for _, s := range list.Items {
		a.Services = append(a.Services, fromService(s))
	}
}

// hasSwarmNetwork looks for the networks of a swarm, of which a manager always has one. An older engine that is in no swarm and is
// asked for services writes an error into its log, and a check is to leave nothing behind.
func hasSwarmNetwork(ctx context.Context, api *client.Client) bool {
	list, err := api.NetworkList(ctx, client.NetworkListOptions{Filters: make(client.Filters).Add("scope", "swarm")})
	return err == nil && len(list.Items) > 0
}

func fromService(s swarm.Service) facts.Container {
	c := facts.Container{ID: s.ID, Name: s.Spec.Name, Service: true, State: "running", Started: true}
	if spec := s.Spec.TaskTemplate.ContainerSpec; spec != nil {
		c.Image = spec.Image
	}
	for _, p := range s.Endpoint.Ports {
		protocol, err := port.ParseProtocol(string(p.Protocol))
		if err != nil || p.PublishedPort == 0 || p.PublishMode != swarm.PortConfigPublishModeIngress {
			continue // SCTP, or published by the containers themselves, where they run
		}
		c.Published = append(c.Published, facts.Publication{
			Protocol: protocol, Host: port.Single(uint16(p.PublishedPort)), Container: uint16(p.TargetPort),
		})
	}
	return c
}
