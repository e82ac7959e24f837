package service

import (
	"maps"
	"net/netip"
	"strings"
	"testing"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/port"
)

// publish is what "-p HOST:CONTAINER" leaves in a container.
func publish(host, container uint16) facts.Publication {
	return facts.Publication{Protocol: port.TCP, Host: port.Single(host), Container: container}
}

func TestExisting(t *testing.T) {
	on := func(addr string) facts.Publication {
		p := publish(8080, 80)
		p.Addr = netip.MustParseAddr(addr)
		return p
	}
	local := on("127.0.0.1")
	udp := publish(8080, 80)
	udp.Protocol = port.UDP
	tests := []struct {
		name    string
		service string
		c       facts.Container
		want    string // "KEY=VALUE KEY=VALUE"; network=bridge when none is given
	}{
		{"published on 80", "gpustack", facts.Container{Published: []facts.Publication{publish(80, 80)}}, "port=80"},
		{"published elsewhere", "gpustack", facts.Container{Published: []facts.Publication{publish(8080, 80)}}, "port=8080"},
		{"published on one address", "gpustack", facts.Container{Published: []facts.Publication{local}}, "port=8080 address=127.0.0.1"},
		{"published on every address, as an engine tells it", "gpustack", facts.Container{Published: []facts.Publication{on("0.0.0.0"), on("::")}}, "port=8080"},
		{"published on every address of IPv4", "gpustack", facts.Container{Published: []facts.Publication{on("0.0.0.0")}}, "port=8080 address=0.0.0.0"},
		{"listens elsewhere inside", "gpustack", facts.Container{Args: []string{"gpustack", "start", "--port", "9090"},
			Published: []facts.Publication{publish(8080, 9090)}}, "port=8080"},
		{"listens elsewhere inside, by its environment", "gpustack", facts.Container{Env: []string{"PATH=/bin", "GPUSTACK_PORT=9090"},
			Published: []facts.Publication{publish(8080, 9090)}}, "port=8080"},
		{"publishes another port than it listens on", "gpustack", facts.Container{Args: []string{"--port", "9090"},
			Published: []facts.Publication{publish(8080, 80)}}, ""},
		{"without its gateway", "gpustack", facts.Container{Args: []string{"--gateway-mode=disabled"},
			Published: []facts.Publication{publish(8080, 30080)}}, "gateway-mode=disabled port=8080"},
		{"without its gateway, its API elsewhere inside", "gpustack", facts.Container{Args: []string{"--gateway-mode=disabled", "--api-port", "9000"},
			Published: []facts.Publication{publish(8080, 9000)}}, "gateway-mode=disabled port=8080 api-port=9000"},
		{"UDP is not it", "gpustack", facts.Container{Published: []facts.Publication{udp}}, ""},
		{"the engine picks when it starts", "gpustack", facts.Container{Published: []facts.Publication{{Protocol: port.TCP, Container: 80}}}, ""},
		{"TLS", "gpustack", facts.Container{Args: []string{"--ssl-certfile", "/a.crt", "--ssl-keyfile=/a.key"},
			Published: []facts.Publication{publish(80, 80), publish(8443, 443)}},
			"port=80 tls-port=8443 ssl-certfile=/a.crt ssl-keyfile=/a.key"},
		{"metrics", "gpustack", facts.Container{Published: []facts.Publication{publish(80, 80), publish(10161, 10161)}},
			"port=80 metrics-port=10161 publish-metrics=true"},
		{"host's network", "gpustack", facts.Container{Network: "host", Args: []string{"--port", "9090"}}, "network=host port=9090"},
		{"host's network, flag with its value", "gpustack", facts.Container{Network: "host", Args: []string{"--port=9090"}}, "network=host port=9090"},
		{"the last flag counts", "gpustack", facts.Container{Network: "host", Args: []string{"--port", "1", "--port", "2"}}, "network=host port=2"},
		{"flags over the environment", "gpustack", facts.Container{Network: "host", Args: []string{"--port", "1"}, Env: []string{"GPUSTACK_PORT=2"}},
			"network=host port=1"},
		{"flag without a value", "gpustack", facts.Container{Network: "host", Args: []string{"--disable-metrics", "--port"}}, "network=host disable-metrics=true"},
		{"volume", "gpustack", facts.Container{Mounts: []facts.Mount{{Volume: "ai", Destination: "/var/lib/gpustack"}, {Volume: "x", Destination: "/x"}}}, "volume=ai"},
		{"directory for the data", "gpustack", facts.Container{Mounts: []facts.Mount{{Source: "/srv/ai", Destination: "/var/lib/gpustack"}}}, ""},
		{"mirror", "gpustack", facts.Container{Image: "quay.io/gpustack/gpustack:v2.1.0"}, "image=quay.io/gpustack/gpustack"},
		{"image id", "gpustack", facts.Container{Image: "sha256:" + strings.Repeat("a", 64)}, ""},
		{"worker", "gpustack-worker", facts.Container{Network: "host", Args: []string{"--server-url", "http://a", "--worker-port", "10250"},
			Env: []string{"GPUSTACK_RAY_PORT_RANGE=61000-61999"}}, "server-url=http://a worker-port=10250 ray-port-range=61000-61999 network=-"},
		{"gitea", "gitea", facts.Container{Published: []facts.Publication{publish(3001, 3000), publish(2222, 22)}}, "port=3001 ssh-port=2222 network=-"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, err := Lookup(tt.service)
			if err != nil {
				t.Fatal(err)
			}
			want := map[string]string{"network": "bridge"}
			for word := range strings.FieldsSeq(tt.want) {
				key, value, _ := strings.Cut(word, "=")
				want[key] = value
			}
			if want["network"] == "-" { // the definition has no such setting
				delete(want, "network")
			}
			if tt.service == "gpustack" {
				want["installed"] = "true"
			}
			if got := d.Existing(tt.c); !maps.Equal(got, want) {
				t.Errorf("got %v, want %v", got, want)
			}
		})
	}
}
