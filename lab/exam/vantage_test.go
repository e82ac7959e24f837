package exam

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/moby/moby/api/pkg/stdcopy"
	moby "github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"

	"github.com/safeport/safeport/lab"
	"github.com/safeport/safeport/report"
)

// TestVantage asks from places that are not the host itself. What is asked about is held on the host, and free elsewhere.
func TestVantage(t *testing.T) {
	lab.Require(t)
	t.Parallel()
	h := lab.NewHost(t, lab.HostOptions{})
	program := h.Build(t, "github.com/safeport/safeport/cmd/safeport")
	docker, podman := h.StartEngine(t, lab.EngineOptions{}), h.StartPodman(t, lab.Root)
	for _, e := range []*lab.Engine{docker, podman} {
		if err := e.Load(t.Context(), lab.Foreign("nginx:1.27")); err != nil {
			t.Fatal(err)
		}
	}
	h.Standin(t, lab.Process{Name: "nginx", Args: []string{"serve", "tcp::8080"}})

	inside := func(e *lab.Engine, network string, args ...string) func(*testing.T) []byte {
		return func(t *testing.T) []byte { return runInside(t, e, program, network, args) }
	}
	run := func(in *lab.Namespace, as lab.User, argv ...string) func(*testing.T) []byte {
		return func(t *testing.T) []byte {
			cmd := h.Command(t.Context(), as, os.Environ(), argv...)
			var out bytes.Buffer
			cmd.Stdout, cmd.Stderr = &out, os.Stderr
			in.Run(cmd) // its exit status is what it found
			return out.Bytes()
		}
	}
	bind, publish := []string{"check", "8080", "-o", "json"}, []string{"check", "--publish", "8080:80", "-o", "json"}
	hidden := "mount --make-rprivate / && mount -o remount,hidepid=2 /proc && exec setpriv --reuid 65534 --clear-groups " + program + " check 8080 -o json --engine none"
	tests := []struct {
		name    string
		ask     func(*testing.T) []byte
		host    report.Host // of which Name, Kernel and Engine are left out
		verdict report.PortVerdict
		code    report.Code
	}{
		{"in a container", inside(docker, "bridge", bind...),
			report.Host{Container: "docker", Network: "container", Processes: "container"}, report.PortFree, report.InContainer},
		{"in a container of Podman", inside(podman, "bridge", bind...),
			report.Host{Container: "podman", Network: "container", Processes: "container"}, report.PortFree, report.InContainer},
		{"in a container on the host's network", inside(docker, "host", bind...),
			report.Host{Container: "docker", Processes: "container"}, report.PortBusy, report.HolderNotSeen},
		{"in a container, about the engine", inside(docker, "bridge", publish...),
			report.Host{Container: "docker", Network: "container", Processes: "container"}, report.PortUnknown, report.EngineRemote},
		{"in a container on the host's network, about the engine", inside(docker, "host", publish...),
			report.Host{Container: "docker", Processes: "container"}, report.PortBusy, report.PortInUse},
		{"in another network namespace", run(&h.Peer, lab.Root, append([]string{program, "--engine", docker.Endpoint}, bind...)...),
			report.Host{Network: "namespace"}, report.PortFree, ""},
		{"in another network namespace, about the engine", run(&h.Peer, lab.Root, append([]string{program, "--engine", docker.Endpoint}, publish...)...),
			report.Host{Network: "namespace"}, report.PortUnknown, report.EngineRemote},
		{"where /proc hides processes", run(&h.Namespace, lab.Root, "unshare", "--mount", "sh", "-c", hidden),
			report.Host{Processes: "own"}, report.PortBusy, report.HolderNotSeen},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			out := tt.ask(t)
			var r report.Report
			if err := json.Unmarshal(out, &r); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			r.Host.Name, r.Host.Kernel, r.Host.Engine = "", "", nil
			if r.Host != tt.host {
				t.Errorf("host %+v, want %+v", r.Host, tt.host)
			}
			if len(r.Ports) != 1 || r.Ports[0].Verdict != tt.verdict {
				t.Errorf("ports %+v, want %s", r.Ports, tt.verdict)
			}
			has := func(code report.Code) bool {
				return slices.ContainsFunc(r.Findings, func(f report.Finding) bool { return f.Code == code })
			}
			if tt.code != "" && !has(tt.code) || has(report.InContainer) != (tt.host.Network == "container") {
				t.Errorf("findings %+v, want %s", r.Findings, tt.code)
			}
		})
	}
}

// runInside runs the program in a container that has the engine's socket, as tools that manage an engine do.
func runInside(t *testing.T, e *lab.Engine, program, network string, args []string) []byte {
	t.Helper()
	ctx := t.Context()
	created, err := e.ContainerCreate(ctx, client.ContainerCreateOptions{
		Config: &moby.Config{Image: "nginx:1.27", Entrypoint: []string{"/safeport"}, Cmd: args},
		HostConfig: &moby.HostConfig{
			NetworkMode: moby.NetworkMode(network),
			Binds:       []string{program + ":/safeport:ro", strings.TrimPrefix(e.Endpoint, "unix://") + ":/run/docker.sock"},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Remove(context.Background(), created.ID)
	if _, err := e.ContainerStart(ctx, created.ID, client.ContainerStartOptions{}); err != nil {
		t.Fatal(err)
	}
	ended := e.ContainerWait(ctx, created.ID, client.ContainerWaitOptions{Condition: moby.WaitConditionNotRunning})
	select {
	case err := <-ended.Error:
		t.Fatal(err)
	case <-ended.Result:
	}
	logs, err := e.ContainerLogs(ctx, created.ID, client.ContainerLogsOptions{ShowStdout: true, ShowStderr: true})
	if err != nil {
		t.Fatal(err)
	}
	defer logs.Close()
	var out, errs bytes.Buffer
	if _, err := stdcopy.StdCopy(&out, &errs, logs); err != nil {
		t.Fatal(err)
	}
	t.Logf("%s", &errs)
	return out.Bytes()
}
