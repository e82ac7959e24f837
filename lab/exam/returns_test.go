package exam

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/moby/moby/client"

	"github.com/safeport/safeport/lab"
	"github.com/safeport/safeport/report"
)

// TestContainersComeBackAsTheFindingSays starts the engine anew and looks which containers run again.
func TestContainersComeBackAsTheFindingSays(t *testing.T) {
	lab.Require(t)
	t.Parallel()
	h := lab.NewHost(t, lab.HostOptions{})
	program := h.Build(t, "github.com/safeport/safeport/cmd/safeport")
	e := h.StartEngine(t, lab.EngineOptions{})
	if err := e.Load(t.Context(), lab.Foreign("nginx:1.27")); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, policy string
		run          bool
		says         string
	}{
		{"always-stopped", "always", true, "It starts with the engine or the host"},
		{"unless-stopped-stopped", "unless-stopped", true, "Starting it would conflict"},
		{"always-created", "always", false, "Starting it would conflict"},
		{"on-failure-stopped", "on-failure", true, "Starting it would conflict"},
		{"no-stopped", "", true, "Starting it would conflict"},
	}
	said := map[string]string{}
	for i, tt := range tests {
		port := 8080 + i
		c := lab.Container{Name: tt.name, Image: "nginx:1.27", Restart: tt.policy, Publish: []string{fmt.Sprintf("%d:80", port)},
			Labels: map[string]string{"com.docker.compose.project": "shop", "com.docker.compose.container-number": "1"}}
		if id := e.Created(t, c); tt.run {
			if _, err := e.ContainerStart(t.Context(), id, client.ContainerStartOptions{}); err != nil {
				t.Fatal(err)
			}
			if _, err := e.ContainerStop(t.Context(), id, client.ContainerStopOptions{}); err != nil {
				t.Fatal(err)
			}
		}
		cmd := h.Command(t.Context(), lab.Root, os.Environ(), program, "check", "--publish", fmt.Sprintf("%d:80", port), "--engine", e.Endpoint, "-o", "json")
		var out strings.Builder
		cmd.Stdout = &out
		h.Run(cmd)
		var r report.Report
		if err := json.Unmarshal([]byte(out.String()), &r); err != nil {
			t.Fatalf("%v: %s", err, &out)
		}
		for _, f := range r.Findings {
			if f.Code == report.Latent {
				said[tt.name] = f.Message
			}
		}
	}
	if err := e.Stop(); err != nil {
		t.Fatal(err)
	}
	if err := e.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	time.Sleep(100 * time.Millisecond)
	for _, tt := range tests {
		got, err := e.ContainerInspect(t.Context(), tt.name, client.ContainerInspectOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(said[tt.name], tt.says) || !strings.Contains(said[tt.name], "Compose project shop") {
			t.Errorf("%s: %q, want %q", tt.name, said[tt.name], tt.says)
		}
		if back := strings.Contains(said[tt.name], "It starts with the engine"); back != got.Container.State.Running {
			t.Errorf("%s runs: %v, and it was said: %q", tt.name, got.Container.State.Running, said[tt.name])
		}
	}
}
