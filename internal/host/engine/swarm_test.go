package engine

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/safeport/safeport/internal/facts"
)

// services was recorded from Docker 20.10 with a service that publishes 8580 by the ingress network, less what is of no
// interest here, and has another port that its containers publish themselves.
const services = `[{"ID":"0erepxu3hvxbp34das9lbes21","Spec":{"Name":"shop","TaskTemplate":{"ContainerSpec":{"Image":"nginx:1.27"}}},
"Endpoint":{"Ports":[{"Protocol":"tcp","TargetPort":80,"PublishedPort":8580,"PublishMode":"ingress"},
{"Protocol":"tcp","TargetPort":90,"PublishedPort":8590,"PublishMode":"host"},{"Protocol":"sctp","TargetPort":90,"PublishedPort":8591,"PublishMode":"ingress"}]}}]`

// ingress is what Docker 20.10 says of the networks of a swarm, less what is of no interest here; none, when it is in none.
const ingress, none = `[{"Name":"ingress","Id":"ulz0egjl2yyygn1jmukyqklrh","Scope":"swarm","Driver":"overlay","Ingress":true}]`, `[]`

// inSwarm is an engine of the recording with these networks of a swarm, in a role that it tells or not.
func inSwarm(role, networks string, status int, answer string) http.Handler {
	recorded := recording{"docker-20.10", "1.41"}
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		switch {
		case strings.HasSuffix(req.URL.Path, "/services"):
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(status)
			fmt.Fprint(w, answer)
		case strings.HasSuffix(req.URL.Path, "/networks"):
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprint(w, networks)
		default:
			if role != "" {
				w.Header().Set("Swarm", role)
			}
			recorded.ServeHTTP(w, req)
		}
	})
}

func TestPortsOfSwarmServicesAreTakenOnEveryNode(t *testing.T) {
	const refused = `{"message":"This node is not a swarm manager. Use \"docker swarm init\" or \"docker swarm join\"."}`
	taken := []string{"shop nginx:1.27 8580/tcp 0.0.0.0", "shop nginx:1.27 8580/tcp ::", "shop nginx:1.27 8591/sctp 0.0.0.0", "shop nginx:1.27 8591/sctp ::"}
	tests := []struct {
		name   string
		engine http.Handler
		want   []string
	}{
		{"a manager of Docker 20.10", inSwarm("", ingress, http.StatusOK, services), taken},
		{"a manager that says so", inSwarm("active/manager", none, http.StatusOK, services), taken},
		{"a worker", inSwarm("active/worker", ingress, http.StatusOK, services), nil}, // it is not even asked
		{"a worker of Docker 20.10", inSwarm("", ingress, http.StatusServiceUnavailable, refused), nil},
		{"no swarm", inSwarm("", none, http.StatusOK, services), nil}, // it is not even asked
		{"an engine that knows no swarms", inSwarm("", ingress, http.StatusNotFound, `{"message":"page not found"}`), nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := Ask(context.Background(), serve(t, tt.engine), nobodys)
			if a.State != Answering || a.Partial != nil {
				t.Fatalf("state %d, error %v, partly %v", a.State, a.Err, a.Partial)
			}
			var got []string
			for _, c := range a.Claims() {
				if c.Owner.Service {
					got = append(got, fmt.Sprint(c.Owner.Name, " ", c.Owner.Image, " ", c.Ports, "/", c.Protocol, " ", c.Binding.Addr))
					if c.State != facts.Published {
						t.Errorf("state %d", c.State)
					}
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}
