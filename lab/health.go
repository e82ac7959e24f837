package lab

import (
	"context"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"
)

// CheckHealth asks Podman for the health of its containers, as timers of systemd do on a host that has it, until the test ends. Podman has no
// daemon that would.
func (e *Engine) CheckHealth(t testing.TB) {
	socket := strings.TrimPrefix(e.Endpoint, "unix://")
	ask := &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, "unix", socket)
		},
	}}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	t.Cleanup(func() { cancel(); <-done })
	go func() {
		defer close(done)
		for {
			list, _ := e.ContainerList(ctx, client.ContainerListOptions{}) // none, while the engine is away
			for _, c := range list.Items {
				if is, err := e.ContainerInspect(ctx, c.ID, client.ContainerInspectOptions{}); err != nil || !checksHealth(is.Container) {
					continue
				}
				req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://podman/v4.0.0/libpod/containers/"+c.ID+"/healthcheck", nil)
				if err != nil {
					t.Error(err)
					return
				}
				if res, err := ask.Do(req); err == nil {
					res.Body.Close()
				}
			}
			select {
			case <-ctx.Done():
				return
			case <-time.After(time.Second):
			}
		}
	}()
}

func checksHealth(c container.InspectResponse) bool {
	h := c.Config.Healthcheck
	return h != nil && len(h.Test) > 0 && h.Test[0] != "NONE"
}
