package lab

import (
	"context"
	"errors"
	"os"
	"testing"

	"github.com/moby/moby/client"
)

// Network is a network of containers to be made.
type Network struct {
	Name     string
	Driver   string // empty: bridge
	Internal bool
	IPv6     bool
	Options  map[string]string
}

// MakeNetwork makes a network. It is removed when the test ends, after the containers that were made since.
func (e *Engine) MakeNetwork(t testing.TB, n Network) {
	t.Helper()
	if n.Driver == "" {
		n.Driver = "bridge"
	}
	if _, err := e.NetworkCreate(t.Context(), n.Name, client.NetworkCreateOptions{
		Driver: n.Driver, Internal: n.Internal, EnableIPv6: &n.IPv6, Options: n.Options,
	}); err != nil {
		t.Fatalf("making network %s: %v", n.Name, err)
	}
	t.Cleanup(func() {
		if _, err := e.NetworkRemove(context.Background(), n.Name, client.NetworkRemoveOptions{}); err != nil {
			t.Errorf("removing network %s: %v", n.Name, err)
		}
	})
}

// configFile is Docker's own, daemon.json.
func (h *Host) configFile() string { return h.Path("daemon.json") }

// Configure gives Docker's engine another configuration file and starts it anew, until the test ends.
func (e *Engine) Configure(t testing.TB, text string) {
	t.Helper()
	again := func(text string) error {
		return errors.Join(e.Stop(), os.WriteFile(e.host.configFile(), []byte(text), 0o644), e.Start(context.Background()))
	}
	t.Cleanup(func() {
		if err := again("{}"); err != nil {
			t.Error(err)
		}
	})
	if err := again(text); err != nil {
		t.Fatalf("starting an engine that is configured by %s: %v\n%s", text, err, e.log())
	}
}
