package engine

import (
	"context"
	"encoding/json"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/port"
)

// recording plays what an engine said: testdata/docker-20.10 and testdata/podman-4.3 were recorded, less what is of no
// interest here, and testdata/docker-28 is made from the description of its API. A container without a file was removed
// between the list and the inspection.
type recording struct{ name, api string }

func (r recording) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	w.Header().Set("Api-Version", r.api)
	file, ok := "", true
	switch path := strings.TrimPrefix(req.URL.Path, "/v"+r.api); {
	case path == "/_ping":
		return
	case path == "/version":
		file = "version"
	case path == "/containers/json" && req.URL.Query().Get("all") == "1":
		file = "list"
	default:
		file, ok = r.container(path)
	}
	b, err := os.ReadFile(filepath.Join("testdata", r.name, file+".json"))
	if err != nil || !ok {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusNotFound)
		w.Write([]byte(`{"message":"No such container"}`))
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Write(b)
}

// container finds the name of the container that is inspected.
func (r recording) container(path string) (name string, ok bool) {
	b, err := os.ReadFile(filepath.Join("testdata", r.name, "list.json"))
	if err != nil {
		return "", false
	}
	var list []struct {
		ID    string `json:"Id"`
		Names []string
	}
	if json.Unmarshal(b, &list) != nil {
		return "", false
	}
	for _, c := range list {
		if path == "/containers/"+c.ID+"/json" {
			return strings.TrimPrefix(c.Names[0], "/"), true
		}
	}
	return "", false
}

// play asks a recorded engine. Which containers are inspected without need is up to interesting.
func play(t *testing.T, r recording, interesting ...string) Answer {
	t.Helper()
	a := Ask(context.Background(), serve(t, r), func(c facts.Container) bool { return slices.Contains(interesting, c.Name) })
	if a.State != Answering || a.Err != nil || a.Partial != nil {
		t.Fatalf("state %d, error %v, partly %v; want an answer", a.State, a.Err, a.Partial)
	}
	return a
}

func containerNamed(t *testing.T, a Answer, name string) facts.Container {
	t.Helper()
	for _, c := range a.Containers {
		if c.Name == name {
			return c
		}
	}
	t.Fatalf("no container %s in %+v", name, a.Containers)
	return facts.Container{}
}

func TestEnginesSayWhatTheyAre(t *testing.T) {
	tests := []struct {
		recording     recording
		name, version string
	}{
		{recording{"docker-20.10", "1.41"}, "docker", "20.10.24+dfsg1"},
		{recording{"docker-28", "1.50"}, "docker", "28.2.2"},
		{recording{"podman-4.3", "1.41"}, "podman", "4.3.1"},
	}
	for _, tt := range tests {
		t.Run(tt.recording.name, func(t *testing.T) {
			a := play(t, tt.recording)
			if a.Name != tt.name || a.Version != tt.version || a.Desktop {
				t.Errorf("got %s %s, desktop %v", a.Name, a.Version, a.Desktop)
			}
			if want := os.Getuid() != 0; a.Rootless != want {
				t.Errorf("rootless: %v; this test is the engine, and its user is %d", a.Rootless, os.Getuid())
			}
			if tt.name == "podman" && !a.IPv4Only {
				t.Error("Podman publishes on IPv4 alone, and it is not told")
			}
		})
	}
}

func published(p port.Protocol, addr string, host port.Range, container uint16) facts.Publication {
	var a netip.Addr
	if addr != "" {
		a = netip.MustParseAddr(addr)
	}
	return facts.Publication{Protocol: p, Addr: a, Host: host, Container: container}
}

// TestWhatContainersPublish has a row a container, by how it runs and which engine says so.
func TestWhatContainersPublish(t *testing.T) {
	old, podman, newer := recording{"docker-20.10", "1.41"}, recording{"podman-4.3", "1.41"}, recording{"docker-28", "1.50"}
	single := port.Single
	tests := []struct {
		name      string
		recording recording
		container string
		state     string
		restart   string
		network   string
		published []facts.Publication
	}{
		{"running, as the list tells it", old, "web", "running", "", "bridge", []facts.Publication{
			published(port.UDP, "127.0.0.1", single(18443), 443), published(port.TCP, "0.0.0.0", single(18080), 80), published(port.TCP, "::", single(18080), 80),
		}},
		{"running with a range", old, "ranged", "running", "", "bridge", []facts.Publication{
			published(port.TCP, "0.0.0.0", single(18000), 80), published(port.TCP, "::", single(18000), 80),
			published(port.TCP, "0.0.0.0", single(18001), 81), published(port.TCP, "::", single(18001), 81),
			published(port.TCP, "0.0.0.0", single(18002), 82), published(port.TCP, "::", single(18002), 82),
		}},
		{"on the host's network", old, "hostnet", "running", "no", "host", nil},
		{"exited", old, "gpustack", "exited", "unless-stopped", "bridge", []facts.Publication{published(port.TCP, "", single(18100), 80)}},
		{"created", old, "later", "created", "always", "bridge", []facts.Publication{
			published(port.UDP, "127.0.0.1", single(53), 53), published(port.TCP, "", single(19000), 90),
			published(port.TCP, "", single(19001), 91), published(port.TCP, "", port.Range{}, 7000),
		}},
		{"paused", newer, "paused", "paused", "on-failure", "bridge", []facts.Publication{
			published(port.TCP, "0.0.0.0", single(18080), 80), published(port.TCP, "::", single(18080), 80),
		}},
		{"exited, any port of a range", newer, "old", "exited", "unless-stopped", "shop_default", []facts.Publication{
			published(port.TCP, "", port.Range{First: 18000, Last: 18010}, 80), published(port.TCP, "::1", single(18020), 80),
			published(port.SCTP, "", single(18030), 132),
		}},
		{"removed meanwhile", newer, "gone", "dead", "", "none", nil},
		{"Podman, running with a range", podman, "ranged", "running", "always", "bridge", []facts.Publication{
			published(port.TCP, "", single(18000), 80), published(port.TCP, "", single(18001), 81),
			published(port.TCP, "", single(18002), 82), published(port.UDP, "127.0.0.1", single(19000), 90),
		}},
		{"Podman, on the host's network", podman, "hostnet", "running", "no", "host", nil},
		{"Podman, exited", podman, "over", "exited", "always", "bridge", []facts.Publication{published(port.TCP, "", single(18100), 80)}},
		{"Podman, created on the host's network", podman, "later", "created", "unless-stopped", "host", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := containerNamed(t, play(t, tt.recording), tt.container)
			if c.State != tt.state || c.Restart != tt.restart || c.Network != tt.network {
				t.Errorf("state %q, restart %q, network %q", c.State, c.Restart, c.Network)
			}
			if diff := cmp.Diff(tt.published, c.Published, cmpopts.EquateComparable(netip.Addr{})); diff != "" {
				t.Errorf("published -want +got:\n%s", diff)
			}
		})
	}
}

func TestWhatContainersAre(t *testing.T) {
	old, newer := recording{"docker-20.10", "1.41"}, recording{"docker-28", "1.50"}
	tests := []struct {
		name      string
		recording recording
		container string
		want      facts.Container // of which Published, State and the rest of the test above are left out
	}{
		{"Compose", old, "web", facts.Container{
			ID: "84b35dd23ca997bd013c9f6fa398d4ea8a5c0edfa6f5babc28853a8ad5ed2e14", Image: "t:1", Project: "shop", Directory: "/srv/shop", Started: true,
			Labels: map[string]string{labelProject: "shop", labelDirectory: "/srv/shop"},
		}},
		{"on the host's network", old, "hostnet", facts.Container{
			ID: "1d948c34ab72d95e929a477912ce2bef5a2cacc33a919352d62525f85b622e8a", Image: "t:1", Started: true, PID: 22842,
			Args: []string{"/hold", ":18888"},
		}},
		{"with a volume, stopped", old, "gpustack", facts.Container{
			ID: "a4199cf36053adf79aff86988acb7b8bf3384005638e8ee86709612f7dd3df0a", Image: "t:1", Started: true,
			Args: []string{"/hold"}, Env: []string{"MODE=x"},
			Mounts: []facts.Mount{{Volume: "data", Source: "/var/lib/docker/volumes/data/_data", Destination: "/var/lib/gpustack"}},
		}},
		{"never started", old, "later", facts.Container{
			ID: "cdd958b4469839ce63476c954aca8f40d9a99a334302b312e37be0f0bfa53efc", Image: "t:1", Args: []string{"/hold"},
		}},
		{"of an image whose tag has moved on", newer, "old", facts.Container{
			ID: "aaaa000000000000000000000000000000000000000000000000000000000002", Started: true, Args: []string{"app"},
			Image:     "sha256:3343b17fc55d0f5b41c890b45285b0cd72038ddea871b34206bd6efe9f5070f6",
			ImageTags: []string{"registry.example/app:1"},
			Mounts:    []facts.Mount{{Source: "/srv/old", Destination: "/data"}},
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := containerNamed(t, play(t, tt.recording), tt.container)
			got.Name, got.State, got.Restart, got.Network, got.Published = "", "", "", "", nil
			got.Engine, got.Endpoint = "", ""
			if diff := cmp.Diff(tt.want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestARunningContainerIsInspectedWhenItMayMatter(t *testing.T) {
	r := recording{"docker-20.10", "1.41"}
	if c := containerNamed(t, play(t, r), "web"); c.Args != nil {
		t.Errorf("it was inspected: %+v", c)
	}
	// There is no file of it: whoever asks is told that it is gone, and that is no fault.
	if c := containerNamed(t, play(t, r, "web"), "web"); len(c.Published) != 3 {
		t.Errorf("what the list told of it is lost: %+v", c)
	}
}

func TestPortsInARowAreOneClaim(t *testing.T) {
	single := func(n uint16) facts.Publication { return published(port.TCP, "", port.Single(n), n) }
	local := published(port.TCP, "127.0.0.1", port.Single(8003), 80)
	udp := published(port.UDP, "", port.Single(8003), 80)
	picked := published(port.TCP, "", port.Range{First: 8003, Last: 8010}, 80)
	tests := []struct {
		name      string
		published []facts.Publication
		want      []string
	}{
		{"in any order", []facts.Publication{single(8002), single(8000), single(8001)}, []string{"8000-8002"}},
		{"with a gap", []facts.Publication{single(8000), single(8002)}, []string{"8000", "8002"}},
		{"of another address or protocol", []facts.Publication{single(8002), local, udp}, []string{"8002", "8003", "8003"}},
		{"one of a range", []facts.Publication{single(8002), picked, single(8011)}, []string{"8002", "8003-8010", "8011"}},
		{"the engine's choice", []facts.Publication{published(port.TCP, "", port.Range{}, 80), single(1)}, []string{"1"}},
		{"the last port", []facts.Publication{single(65535), single(65534)}, []string{"65534-65535"}},
		{"none", nil, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, p := range inARow(tt.published) {
				got = append(got, p.Host.String())
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestClaimsOfContainers(t *testing.T) {
	any4, any6 := port.AnyV4, port.AnyV6
	web := facts.Container{Name: "web", State: "running"}
	web.Published = []facts.Publication{published(port.TCP, "", port.Single(8080), 80), published(port.TCP, "", port.Range{}, 90)}
	stopped := web
	stopped.State = "exited"
	tests := []struct {
		name     string
		answer   Answer
		state    facts.State
		bindings []port.Binding
	}{
		{"of one that runs", Answer{Name: "docker", Containers: []facts.Container{web}}, facts.Published, []port.Binding{any4, any6}},
		{"of one that is stopped", Answer{Name: "docker", Containers: []facts.Container{stopped}}, facts.Stopped, []port.Binding{any4, any6}},
		{"where the engine publishes on IPv4 alone", Answer{Name: "podman", IPv4Only: true, Containers: []facts.Container{web}}, facts.Published, []port.Binding{any4}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var bindings []port.Binding
			for _, c := range tt.answer.Claims() {
				if c.State != tt.state || c.Ports != port.Single(8080) || c.Owner.Name != "web" || c.Source != tt.answer.Name {
					t.Errorf("got %+v", c)
				}
				bindings = append(bindings, c.Binding)
			}
			if diff := cmp.Diff(tt.bindings, bindings, cmpopts.EquateComparable(netip.Addr{})); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}
