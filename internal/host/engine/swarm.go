package engine

import (
	"context"

	"github.com/moby/moby/api/types/swarm"
	"github.com/moby/moby/client"

	"safeport/internal/claim"
	"safeport/internal/port"
)

// services asks a manager of a swarm for its services. A port that one publishes by the ingress network is taken on every
// node, wherever its containers run: the daemon listens on it and rules lead to the network (moby
// libnetwork/service_linux.go, programIngress). Other nodes than managers do not tell, and neither does an engine that is
// in no swarm: that is no fault.
func (a *Answer) services(ctx context.Context, api *client.Client, status *client.SwarmStatus) {
	if status != nil && !status.ControlAvailable {
		return // told since API 1.42
	}
	list, err := api.ServiceList(ctx, client.ServiceListOptions{})
	if err != nil {
		return
	}
	for _, s := range list.Items {
		a.Services = append(a.Services, fromService(s))
	}
}

func fromService(s swarm.Service) claim.Container {
	c := claim.Container{ID: s.ID, Name: s.Spec.Name, Service: true, State: "running", Started: true}
	if spec := s.Spec.TaskTemplate.ContainerSpec; spec != nil {
		c.Image = spec.Image
	}
	for _, p := range s.Endpoint.Ports {
		protocol, err := port.ParseProtocol(string(p.Protocol))
		if err != nil || p.PublishedPort == 0 || p.PublishMode != swarm.PortConfigPublishModeIngress {
			continue // SCTP, or published by the containers themselves, where they run
		}
		c.Published = append(c.Published, claim.Publication{
			Protocol: protocol, Host: port.Single(uint16(p.PublishedPort)), Container: uint16(p.TargetPort),
		})
	}
	return c
}
