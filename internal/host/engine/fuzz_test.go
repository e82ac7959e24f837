package engine

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/api/types/swarm"
)

// Whatever an engine says, it is told in ports that there are.
func FuzzAnswer(f *testing.F) {
	for _, file := range []string{"docker-20.10/list.json", "podman-4.3/list.json", "docker-20.10/gpustack.json"} {
		if text, err := os.ReadFile("testdata/" + file); err == nil {
			f.Add(text)
		}
	}
	f.Add([]byte(`[{"Ports":[{"PublicPort":80,"Type":"tcp"},{"PublicPort":81,"Type":"sctp"}],"HostConfig":{},"NetworkSettings":null}]`))
	f.Add([]byte(`{"HostConfig":{"PortBindings":{"80/tcp":[{"HostPort":"8000-7000"}]}},"State":null,"Config":null}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		var a Answer
		var list []container.Summary
		if json.Unmarshal(text, &list) == nil {
			for _, item := range list {
				a.Containers = append(a.Containers, fromSummary(item))
			}
		}
		var details container.InspectResponse
		if json.Unmarshal(text, &details) == nil {
			c := fromSummary(container.Summary{})
			addDetails(&c, details)
			a.Containers = append(a.Containers, c)
		}
		var services []swarm.Service
		if json.Unmarshal(text, &services) == nil {
			for _, s := range services {
				a.Services = append(a.Services, fromService(s))
			}
		}
		for _, c := range a.Claims() {
			if c.Ports.First > c.Ports.Last {
				t.Errorf("%+v", c)
			}
		}
	})
}
