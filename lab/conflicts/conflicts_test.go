package conflicts

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/safeport/safeport/internal/output"
	"github.com/safeport/safeport/lab"
	"github.com/safeport/safeport/report"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// conflict is a situation on a host, and the question that is asked there.
type conflict struct {
	name, ask string
	processes []lab.Process
	container *lab.Container // runs, with GPUStack's image
	engine    bool           // there is one although nothing runs in it
}

var conflicts = []conflict{
	// gpustack#198, #1225
	{name: "nginx-on-80", ask: "check gpustack",
		processes: []lab.Process{{Name: "nginx", Cgroup: "system.slice/nginx.service", Args: []string{"serve", "tcp::80"}}}},
	// With an engine, what comes next is the installation.
	{name: "nginx-on-80-with-docker", ask: "check gpustack", engine: true,
		processes: []lab.Process{{Name: "nginx", Cgroup: "system.slice/nginx.service", Args: []string{"serve", "tcp::80"}}}},
	{name: "nginx-on-80-with-docker.zh", ask: "check gpustack --lang zh", engine: true,
		processes: []lab.Process{{Name: "nginx", Cgroup: "system.slice/nginx.service", Args: []string{"serve", "tcp::80"}}}},
	{name: "nginx-on-80-with-a-worker", ask: "check gpustack gpustack-worker", engine: true,
		processes: []lab.Process{{Name: "nginx", Cgroup: "system.slice/nginx.service", Args: []string{"serve", "tcp::80"}}}},
	// Each port by itself would leave the others in the way: one command moves all.
	{name: "80-and-443-held", ask: "check gpustack --ssl-certfile /etc/ssl/gpu.crt --ssl-keyfile /etc/ssl/gpu.key", engine: true,
		processes: []lab.Process{{Name: "nginx", Cgroup: "system.slice/nginx.service", Args: []string{"serve", "tcp::80", "tcp::443"}}}},
	{name: "three-services", ask: "check gpustack gitea open-webui", engine: true,
		processes: []lab.Process{{Name: "nginx", Cgroup: "system.slice/nginx.service", Args: []string{"serve", "tcp::80", "tcp::3000"}}}},
	// gpustack#1255: the first check of the install script took an upgrade for a conflict
	{name: "upgrade", ask: "check gpustack",
		container: &lab.Container{Name: "gpustack", Publish: []string{"80:80"}, Restart: "unless-stopped"}},
	{name: "upgrade-to-another-port", ask: "check gpustack --port 8080",
		container: &lab.Container{Name: "gpustack", Publish: []string{"80:80"}, Restart: "unless-stopped"}},
	{name: "upgrade-to-a-port-in-use", ask: "check gpustack --port 8080",
		container: &lab.Container{Name: "gpustack", Publish: []string{"80:80"}, Restart: "unless-stopped"},
		processes: []lab.Process{{Name: "nginx", Cgroup: "system.slice/nginx.service", Args: []string{"serve", "tcp::8080"}}}},
	// gpustack#3006, #3161, #3535
	{name: "database-on-5432", ask: "check gpustack --set network=host",
		processes: []lab.Process{{Name: "postgres", Cgroup: "system.slice/postgresql@15-main.service", Args: []string{"serve", "tcp4:127.0.0.1:5432"}}}},
	// gpustack#3785
	{name: "jupyter-on-8888", ask: "check gpustack --set network=host",
		processes: []lab.Process{{Name: "jupyter-lab", Args: []string{"serve", "tcp4:127.0.0.1:8888"}}}},
	// gpustack#4557, #5181: a port of the worker's ranges is the source port of somebody's connection
	{name: "connection-in-a-range", ask: "check gpustack-worker",
		processes: []lab.Process{{Name: "python3", Args: []string{"connection", "192.0.2.1:40038"}}, {Name: "curl", Args: []string{"connection", "192.0.2.1:41008"}}}},
	// gpustack#2434, #5289
	{name: "orphaned-worker-on-10150", ask: "check gpustack-worker",
		processes: []lab.Process{{Name: "gpustack", Args: []string{"serve", "tcp4:0.0.0.0:10150", "tcp4:0.0.0.0:10151"}}}},
	// gpustack#4127
	{name: "443-held-without-tls", ask: "check gpustack",
		processes: []lab.Process{{Name: "nginx", Cgroup: "system.slice/nginx.service", Args: []string{"serve", "tcp::443"}}}},
	{name: "443-held-with-tls", ask: "check gpustack --ssl-certfile /etc/ssl/gpu.crt --ssl-keyfile /etc/ssl/gpu.key",
		processes: []lab.Process{{Name: "nginx", Cgroup: "system.slice/nginx.service", Args: []string{"serve", "tcp::443"}}}},
}

func TestConflicts(t *testing.T) {
	lab.Require(t)
	for _, c := range conflicts {
		t.Run(c.name, func(t *testing.T) {
			h := lab.NewHost(t, lab.HostOptions{})
			for _, p := range c.processes {
				h.Standin(t, p)
			}
			engine := "--engine=none"
			if c.engine || c.container != nil {
				e := h.StartEngine(t, lab.EngineOptions{})
				engine = "--engine=" + e.Endpoint
				if c.container != nil {
					if err := e.Load(t.Context(), lab.GPUStack("v2.2.3")); err != nil {
						t.Fatal(err)
					}
					c.container.Image = "gpustack/gpustack:v2.2.3"
					e.Run(t, *c.container)
				}
			}
			got := "$ safeport " + c.ask + "\n" + text(t, h, append(strings.Fields(c.ask), engine))
			compare(t, filepath.Join("testdata", c.name+".txt"), got)
		})
	}
}

// text asks for JSON and writes it as the command would for a person, so that what differs from run to run can be made the
// same before lines are wrapped.
func text(t *testing.T, h *lab.Host, words []string) string {
	t.Helper()
	program := h.Build(t, "github.com/safeport/safeport/cmd/safeport")
	// The units of the host are in cgroups below one of its own, which whoever asks there takes for the root.
	// An empty cgroup may be taken away by whoever keeps the tree tidy, between the two commands.
	const atRoot = `for try in 1 2 3 4 5 6 7 8 9; do mkdir -p "$0" && { echo $$ >"$0/cgroup.procs"; } 2>/dev/null && exec unshare --cgroup "$@"; sleep 0.1; done; exit 9`
	cmd := h.Command(t.Context(), lab.Root, []string{"PATH=" + os.Getenv("PATH")}, append([]string{"/bin/sh", "-c", atRoot, h.Cgroup(""), program}, append(words, "-o=json")...)...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	var exit *exec.ExitError
	if err := h.Run(cmd); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	var r report.Report
	if err := json.Unmarshal(same(stdout.Bytes(), h.Path()), &r); err != nil {
		t.Fatalf("%v: %v: %s%s", words, err, stdout.Bytes(), stderr.Bytes())
	}
	language := report.English
	if slices.Contains(words, "zh") {
		language = report.Chinese
	}
	var page bytes.Buffer
	if err := output.Text(&page, &r, output.Options{Width: 100, UTF8: true, Language: language}); err != nil {
		t.Fatal(err)
	}
	return page.String()
}

// same gives what differs from run to run one look: process ids, times, and the host's directory.
func same(text []byte, dir string) []byte {
	for _, change := range [][2]string{
		{`(pid": |PID )\d+`, `${1}812`},
		{`connection to 192.0.2.1:\d+`, `connection to 192.0.2.1:5432`},
		{`"started": "[^"]*"`, `"started": "2026-11-20T09:14:00Z"`},
		{` --engine (none|unix:[^ "]*)`, ``},
		{regexp.QuoteMeta("docker -H unix://" + dir + "/docker.sock"), `docker`},
		{regexp.QuoteMeta(dir), ``},
	} {
		text = regexp.MustCompile(change[0]).ReplaceAll(text, []byte(change[1]))
	}
	return text
}

func compare(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}
