package lab

import (
	"net/netip"
	"testing"
)

// TestEnginesOfEveryKindAnswerThePeer runs a published container of each engine that the lab has besides Docker's own.
func TestEnginesOfEveryKindAnswerThePeer(t *testing.T) {
	engines := map[string]func(*Host, *testing.T) *Engine{
		"Podman":          func(h *Host, t *testing.T) *Engine { return h.StartPodman(t, Root) },
		"rootless Podman": func(h *Host, t *testing.T) *Engine { return h.StartPodman(t, Somebody) },
		"rootless Docker": func(h *Host, t *testing.T) *Engine { return h.StartRootlessDocker(t) },
	}
	for name, start := range engines {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			host := NewHost(t, HostOptions{})
			engine := start(host, t)
			if err := engine.Load(t.Context(), Foreign("nginx:1.27")); err != nil {
				t.Fatal(err)
			}
			engine.Run(t, Container{Name: "web", Image: "nginx:1.27", Publish: []string{"8080:80"}, Token: "hello"})
			token, err := host.Peer.AwaitToken(t.Context(), "tcp", netip.AddrPortFrom(Addr4, 8080))
			if token != "hello" || err != nil {
				t.Errorf("got %q, %v", token, err)
			}
		})
	}
}
