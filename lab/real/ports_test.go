package real

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/safeport/safeport/lab"
	"github.com/safeport/safeport/report"
)

// question is a way of setting GPUStack up, put to GPUStack and to safeport alike.
type question struct {
	name   string
	args   []string
	env    map[string]string
	file   *string // the text of the configuration file, if there is one
	since  string  // the first version that has what is asked for
	worker bool    // a worker of another host's server, and no server
	first  bool    // nothing was ever started: some versions' checks take that for another way of setting it up
	// unasked are ports that the server takes, though its check does not ask for them.
	unasked []int
	// stricter: safeport refuses what GPUStack takes, and why that is right.
	stricter string
}

func text(s string) *string { return &s }

var questions = []question{
	{name: "defaults"},
	{name: "first start", first: true},
	{name: "first start on other ports", first: true, args: []string{"--worker-port", "10250"}, env: map[string]string{"GPUSTACK_WORKER_METRICS_PORT": "10251"}},
	{name: "first start without a worker", first: true, args: []string{"--disable-worker"}},
	{name: "first start without a worker's metrics", first: true, args: []string{"--disable-worker-metrics"}},
	{name: "first start with a worker", first: true, args: []string{"--enable-worker"}},
	{name: "other ports", args: []string{"--port", "8080", "--api-port", "31000", "--database-port", "5433"}},
	{name: "TLS", args: []string{"--ssl-certfile", "/etc/hostname", "--ssl-keyfile", "/etc/hostname"}},
	{name: "TLS on another port", args: []string{"--ssl-certfile=/etc/hostname", "--ssl-keyfile=/etc/hostname"}, env: map[string]string{"GPUSTACK_TLS_PORT": "8443"}},
	{name: "a certificate without its key", args: []string{"--ssl-certfile", "/etc/hostname"}},
	{name: "a key without its certificate", file: text("ssl_keyfile: /etc/hostname\n")},
	{name: "no metrics", args: []string{"--disable-metrics"}},
	{name: "metrics elsewhere", env: map[string]string{"GPUSTACK_METRICS_PORT": "9191"}},
	{name: "database elsewhere", args: []string{"--database-url", "postgresql://u:p@db.example:5432/gpustack"}},
	{name: "no observability", args: []string{"--disable-builtin-observability"}, since: "2.1.0"},
	{name: "observability elsewhere", file: text("grafana_url: https://grafana.example\n"), since: "2.1.0"},
	{name: "observability on other ports", args: []string{"--builtin-grafana-port", "3001", "--builtin-prometheus-port", "9091"}, since: "2.1.1"},
	{name: "no gateway", args: []string{"--gateway-mode", "disabled"}, unasked: []int{30080}},
	{name: "no gateway, with TLS", args: []string{"--gateway-mode=disabled", "--ssl-certfile=/etc/hostname", "--ssl-keyfile=/etc/hostname", "--api-port=31080"}, unasked: []int{31080}},
	{name: "the tunnel elsewhere", args: []string{"--proxy-port", "31079"}, since: "2.2.0"},
	{name: "a worker too", args: []string{"--enable-worker"}},
	{name: "a worker without metrics", args: []string{"--enable-worker", "--disable-worker-metrics", "--worker-port=10250"}},
	{name: "a worker elsewhere", worker: true},
	{name: "a worker elsewhere, for the first time", worker: true, first: true},
	{name: "a worker elsewhere on other ports", worker: true, args: []string{"--worker-port", "10250"}, env: map[string]string{"GPUSTACK_WORKER_METRICS_PORT": "10251"}},
	{name: "a worker elsewhere without metrics", worker: true, file: text("disable_worker_metrics: true\nport: 8081\n")},
	{name: "no worker", args: []string{"--disable-worker"}},
	{name: "ranges", args: []string{"--enable-worker", "--service-port-range", "42000-42063", "--ray-port-range", "43000-43099"}},
	{name: "a range too small", args: []string{"--enable-worker", "--ray-port-range", "43000-43010"}},
	{name: "a range of three", args: []string{"--enable-worker", "--service-port-range", "1-2-3"}},
	{name: "file", file: text("port: 8081\nmetrics_port: 9192\ndisable_worker: true\n")},
	{name: "environment against file", file: text("port: 8081\n"), env: map[string]string{"GPUSTACK_PORT": "8082"}},
	{name: "argument against both", file: text("port: 8081\n"), env: map[string]string{"GPUSTACK_PORT": "8082"}, args: []string{"--port", "8083"}},
	{name: "empty in the environment", env: map[string]string{"GPUSTACK_PORT": ""}},
	{name: "a service link of Kubernetes", env: map[string]string{"GPUSTACK_PORT": "tcp://10.43.0.1:80"}},
	{name: "true in the environment", env: map[string]string{"GPUSTACK_DISABLE_METRICS": "True"}},
	{name: "1 in the environment", env: map[string]string{"GPUSTACK_DISABLE_METRICS": "1"}},
	{name: "yes in the environment", env: map[string]string{"GPUSTACK_DISABLE_METRICS": "yes"}},
	{name: "false in the environment against file", file: text("disable_metrics: true\n"), env: map[string]string{"GPUSTACK_DISABLE_METRICS": "false"}},
	{name: "octal", file: text("port: 0120\n")},
	{name: "octal of YAML 1.2", file: text("port: 0o120\n")},
	{name: "sexagesimal", file: text("port: 22:22\n")},
	{name: "hexadecimal", file: text("port: 0x50\n")},
	{name: "binary", file: text("port: 0b1010000\n")},
	{name: "underscores", file: text("port: 8_080\n")},
	{name: "quoted", file: text("port: \"8080\"\n")},
	{name: "quoted with a zero", file: text("port: '0120'\n")},
	{name: "quoted hexadecimal", file: text("port: '0x50'\n")},
	{name: "quoted with blanks", file: text("port: ' 8080 '\n")},
	{name: "whole float", file: text("port: 8080.0\n")},
	{name: "float", file: text("port: 8080.5\n")},
	{name: "exponent", file: text("port: 8e3\n")},
	{name: "boolean for a port", file: text("metrics_port: true\n")},
	{name: "null", file: text("metrics_port: null\n")},
	{name: "null against environment", file: text("port: ~\n"), env: map[string]string{"GPUSTACK_PORT": "8082"}},
	{name: "list for a port", file: text("port: [80]\n")},
	{name: "empty file", file: text("")},
	{name: "file of comments", file: text("# nothing yet\n")},
	{name: "file of a list", file: text("- port\n")},
	{name: "file of one word", file: text("port\n")},
	{name: "key twice", file: text("port: 8081\nport: 8082\n")},
	{name: "yes", file: text("disable_metrics: yes\n")},
	{name: "on", file: text("disable_metrics: on\n")},
	{name: "quoted true", file: text("disable_metrics: \"true\"\n")},
	{name: "quoted yes", file: text("disable_metrics: 'Yes'\n")},
	{name: "one", file: text("disable_metrics: 1\n")},
	{name: "two", file: text("disable_metrics: 2\n")},
	{name: "merged", file: text("base: &b {port: 8081}\n<<: *b\n"), since: "2.2.0"}, // before, an unknown key was an error
	{name: "not a port", args: []string{"--port", "abc"}},
	{name: "beyond the last port", args: []string{"--port", "70000"}, stricter: "no socket has such a port"},
	{name: "port 0", args: []string{"--port", "0"}, stricter: "the kernel would choose, and nobody knows which"},
}

// answer is what GPUStack's own check says.
type answer struct {
	Status int    `json:"status"`
	Ports  []int  `json:"ports"`
	Log    string `json:"log"`
}

// TestPortTable puts every question to every version and to safeport. Both must want the same ports, or both refuse.
func TestPortTable(t *testing.T) {
	Require(t)
	h := lab.NewHost(t, lab.HostOptions{})
	engine := h.StartEngine(t, lab.EngineOptions{})
	program := h.Build(t, "github.com/safeport/safeport/cmd/safeport")
	for _, version := range Versions() {
		t.Run(version, func(t *testing.T) {
			Load(t, h, engine, version)
			asked := slices.DeleteFunc(slices.Clone(questions), func(q question) bool { return older(version, q.since) })
			truth := ask(t, h, engine, version, asked)
			for i, q := range asked {
				t.Run(q.name, func(t *testing.T) {
					truth[i].Ports = append(truth[i].Ports, q.unasked...)
					slices.Sort(truth[i].Ports)
					got, refused := wanted(t, h, program, version, q)
					switch {
					case refused != "" && truth[i].Status == 0:
						if q.stricter == "" {
							t.Errorf("safeport refuses: %s\nGPUStack wants %v", refused, truth[i].Ports)
						}
					case refused != "":
						return
					case truth[i].Status != 0:
						t.Errorf("safeport wants %v\nGPUStack refuses: %s", got, truth[i].Log)
					case !slices.Equal(got, truth[i].Ports):
						t.Errorf("safeport wants %v\nGPUStack wants %v\nonly safeport %v\nonly GPUStack %v", got, truth[i].Ports, without(got, truth[i].Ports), without(truth[i].Ports, got))
					}
				})
			}
		})
	}
}

// all are the arguments, with those that make a worker of it.
func (q question) all() []string {
	if q.worker {
		return append([]string{"--server-url", "http://192.0.2.9", "--token", "t"}, q.args...)
	}
	return slices.Clone(q.args)
}

// older compares versions, of which the empty one is older than all.
func older(a, b string) bool {
	if b == "" {
		return false
	}
	x, y := strings.Split(a, "."), strings.Split(b, ".")
	for i := range x {
		m, _ := strconv.Atoi(x[i])
		n, _ := strconv.Atoi(y[i])
		if m != n {
			return m < n
		}
	}
	return false
}

func without(a, b []int) []int {
	return slices.DeleteFunc(slices.Clone(a), func(n int) bool { return slices.Contains(b, n) })
}

// ask puts questions to the real program, in a container on the host's network in which nothing listens.
func ask(t *testing.T, h *lab.Host, e *lab.Engine, version string, asked []question) []answer {
	t.Helper()
	type caseOf struct {
		Args  []string          `json:"args"`
		Env   map[string]string `json:"env"`
		Files map[string]string `json:"files"`
	}
	cases := []caseOf{}
	for _, q := range asked {
		c := caseOf{Args: q.all(), Env: q.env, Files: map[string]string{}}
		if !q.first {
			c.Files["/var/lib/gpustack/bootstrap_version"] = version
		}
		if q.file != nil {
			c.Files["/etc/gpustack/config.yaml"] = *q.file
			c.Args = append(c.Args, "--config-file", "/etc/gpustack/config.yaml")
		}
		cases = append(cases, c)
	}
	in, err := json.Marshal(cases)
	if err != nil {
		t.Fatal(err)
	}
	script, err := filepath.Abs("ask.py")
	if err != nil {
		t.Fatal(err)
	}
	cmd := h.Command(t.Context(), lab.Root, os.Environ(), "docker", "--host", e.Endpoint, "run", "--rm", "--interactive", "--network=host",
		"--volume", script+":/ask.py:ro", "--entrypoint=python3", "gpustack/gpustack:v"+version, "-W", "ignore", "/ask.py")
	var stdout, stderr bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(in), &stdout, &stderr
	if err := h.Run(cmd); err != nil {
		t.Fatalf("asking GPUStack %s: %v\n%s", version, err, stderr.Bytes())
	}
	var answers []answer
	if err := json.Unmarshal(stdout.Bytes(), &answers); err != nil {
		t.Fatalf("%v\n%s%s", err, stdout.Bytes(), stderr.Bytes())
	}
	if len(answers) != len(asked) {
		t.Fatalf("%d answers to %d questions", len(answers), len(asked))
	}
	return answers
}

// wanted is what safeport says the server takes, without the ranges, which GPUStack's check leaves out; or why it refuses.
func wanted(t *testing.T, h *lab.Host, program, version string, q question) (ports []int, refused string) {
	t.Helper()
	r, refused := checked(t, h, program, version, q)
	for _, port := range r.Ports {
		if n, err := strconv.Atoi(port.Ports); err == nil && !slices.Contains(ports, n) {
			ports = append(ports, n)
		}
	}
	slices.Sort(ports)
	return ports, refused
}

// checked is safeport's report on a way of setting a version up, or why it refuses to make one.
func checked(t *testing.T, h *lab.Host, program, version string, q question) (r report.Report, refused string) {
	t.Helper()
	words := []string{"check", "gpustack", "--set=network=host"}
	switch {
	case q.worker:
		words = []string{"check", "gpustack-worker"}
	case !q.first:
		words = append(words, "--set=installed=true")
	}
	args := slices.Concat(words, []string{"--engine=none", "--set=version=v" + version, "--output=json"}, q.all())
	if q.file != nil {
		file := filepath.Join(t.TempDir(), "config.yaml")
		if err := os.WriteFile(file, []byte(*q.file), 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, "--config-file", file)
	}
	env := []string{}
	for name := range maps.Keys(q.env) {
		env = append(env, name+"="+q.env[name])
	}
	cmd := h.Command(t.Context(), lab.Root, env, append([]string{program}, args...)...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	var exit *exec.ExitError
	if err := h.Run(cmd); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	if cmd.ProcessState.ExitCode() == 2 {
		return r, stderr.String() + stdout.String()
	}
	if err := json.Unmarshal(stdout.Bytes(), &r); err != nil {
		t.Fatalf("%v: %v\n%s%s", args, err, stdout.Bytes(), stderr.Bytes())
	}
	return r, ""
}
