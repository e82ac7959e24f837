package watch

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/moby/moby/client"

	"github.com/safeport/safeport/lab"
)

const packaged = "../../packaging/watch"

// Kept watch, as an administrator sets it up: the timer is switched on, and Prometheus reads what it leaves. A port that a
// stopped container will take becomes an alert, and so does one that it has taken; both are resolved once it is gone.
func TestAlertsFireAndAreResolved(t *testing.T) {
	lab.Require(t)
	for _, tool := range []string{"prometheus", "prometheus-node-exporter"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("NOT TESTED: it needs %s (lab/setup.sh installs it)", tool)
		}
	}
	h := lab.NewHost(t, lab.HostOptions{})
	engine := h.StartEngine(t, lab.EngineOptions{})
	if err := engine.Load(t.Context(), lab.Foreign("nginx:1.27")); err != nil {
		t.Fatal(err)
	}
	safeport := h.Build(t, "github.com/safeport/safeport/cmd/safeport")
	machine := h.Boot(t)

	rules := strings.NewReplacer("for: 10m", "for: 2s", "for: 30m", "for: 2s", "for: 5m", "for: 2s").Replace(read(t, "safeport.rules.yml"))
	config := "global: {scrape_interval: 1s, evaluation_interval: 1s}\nrule_files: [" + write(t, h, "rules.yml", rules) + "]\n" +
		"scrape_configs:\n  - job_name: node\n    static_configs: [{targets: ['127.0.0.1:9100']}]\n"
	defaults := strings.Replace(read(t, "safeport-check.default"), "SAFEPORT_CHECK=gpustack", "SAFEPORT_CHECK=gpustack --engine "+engine.Endpoint, 1)
	machine.Units(t, map[string]string{
		"safeport-check.service": read(t, "safeport-check.service"),
		"safeport-check.timer":   read(t, "safeport-check.timer"),
		// The same timer, with seconds for minutes.
		"safeport-check.timer.d/often.conf":  "[Timer]\nOnBootSec=\nOnUnitActiveSec=\nOnActiveSec=1s\nOnUnitActiveSec=2s\nRandomizedDelaySec=0\nAccuracySec=100ms\n",
		"safeport-check.service.d/path.conf": "[Unit]\nStartLimitIntervalSec=0\n[Service]\nEnvironment=PATH=" + filepath.Dir(safeport) + ":/usr/bin:/bin\n",
		"../../default/safeport-check":       defaults,
		"node-exporter.service": "[Service]\nExecStart=/usr/bin/prometheus-node-exporter --collector.disable-defaults --collector.textfile " +
			"--collector.textfile.directory=/var/lib/prometheus/node-exporter --web.listen-address=127.0.0.1:9100\n",
		"prometheus.service": "[Service]\nExecStart=/usr/bin/prometheus --config.file=" + write(t, h, "prometheus.yml", config) +
			" --storage.tsdb.path=/var/lib/prometheus/tsdb --web.listen-address=127.0.0.1:9090\n",
	})
	for _, unit := range []string{"node-exporter.service", "prometheus.service", "safeport-check.timer"} {
		if err := machine.Systemctl("start", unit); err != nil {
			t.Fatal(err)
		}
	}
	w := &watch{TB: t, host: h, machine: machine}
	w.until("nothing is wrong", func(alerts []string) bool { return w.scraped() && len(alerts) == 0 })

	id, err := engine.Create(t.Context(), lab.Container{Image: "nginx:1.27", Name: "web", Publish: []string{"80:80"}, Restart: "always"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := engine.ContainerStart(t.Context(), id, client.ContainerStartOptions{}); err != nil {
		t.Fatal(err)
	}
	w.until("the port is taken", func(alerts []string) bool { return slices.Contains(alerts, "ServicePortTaken firing gpustack") })

	if _, err := engine.ContainerStop(t.Context(), id, client.ContainerStopOptions{}); err != nil {
		t.Fatal(err)
	}
	w.until("the stopped container will take it", func(alerts []string) bool {
		return slices.Contains(alerts, "ServicePortClaimedLater firing web") && !slices.Contains(alerts, "ServicePortTaken firing gpustack")
	})
	w.dashboard(t)

	if err := engine.Remove(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	w.until("the container is gone", func(alerts []string) bool { return len(alerts) == 0 })
}

// dashboard asks what each panel of the packaged dashboard asks, and wants an answer of those that have one now.
func (w *watch) dashboard(t *testing.T) {
	t.Helper()
	var d struct {
		Panels []struct {
			Title   string
			Targets []struct{ Expr string }
		}
	}
	if err := json.Unmarshal([]byte(read(t, "safeport.dashboard.json")), &d); err != nil {
		t.Fatal(err)
	}
	for _, p := range d.Panels {
		for _, target := range p.Targets {
			var answer struct {
				Status, Error string
				Data          struct {
					Result []struct {
						Value [2]any
					}
				}
			}
			query := url.Values{"query": {strings.ReplaceAll(target.Expr, "$service", ".*")}}
			if err := w.get("/api/v1/query?"+query.Encode(), &answer); err != nil || answer.Status != "success" {
				t.Errorf("%s: %v, %s: %s", p.Title, err, answer.Error, target.Expr)
			}
			if len(answer.Data.Result) == 0 && p.Title != "Ports that are not available" {
				t.Errorf("%s has no answer: %s", p.Title, target.Expr)
			}
			if p.Title == "With warnings" && answer.Data.Result[0].Value[1] != "1" {
				t.Errorf("hosts with warnings are %v", answer.Data.Result[0].Value)
			}
		}
	}
}

type watch struct {
	testing.TB
	host    *lab.Host
	machine *lab.Systemd
}

// until waits until the alerts are as they should be.
func (w *watch) until(what string, right func(alerts []string) bool) {
	w.Helper()
	start := time.Now()
	var alerts []string
	for time.Since(start) < 5*time.Minute {
		var err error
		if alerts, err = w.alerts(); err == nil && right(alerts) {
			w.Logf("%s: %q after %.0f s", what, alerts, time.Since(start).Seconds())
			return
		}
		time.Sleep(200 * time.Millisecond)
	}
	log, _ := w.machine.Command(context.Background(), lab.Root, nil, "journalctl", "--no-pager", "--lines=40").CombinedOutput()
	w.Fatalf("%s, and the alerts are %q\n%s", what, alerts, log)
}

// alerts are those of Prometheus that are pending or firing, with what they are about.
func (w *watch) alerts() (list []string, err error) {
	var answer struct {
		Data struct {
			Alerts []struct {
				State  string
				Labels map[string]string
			}
		}
	}
	if err := w.get("/api/v1/alerts", &answer); err != nil {
		return nil, err
	}
	for _, a := range answer.Data.Alerts {
		list = append(list, fmt.Sprintf("%s %s %s", a.Labels["alertname"], a.State, a.Labels["service"]+a.Labels["port"]))
	}
	return list, nil
}

// scraped says whether Prometheus has an answer of the check.
func (w *watch) scraped() bool {
	var answer struct {
		Data struct{ Result []any }
	}
	return w.get("/api/v1/query?query=safeport_check_verdict", &answer) == nil && len(answer.Data.Result) == 4
}

func (w *watch) get(path string, into any) error {
	// The socket is the host's; who reads it may be anywhere.
	dial := func(ctx context.Context, _, address string) (conn net.Conn, err error) {
		err = w.host.Do(func() error {
			conn, err = net.DialTimeout("tcp4", address, 5*time.Second)
			return err
		})
		return conn, err
	}
	c := http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{DialContext: dial, DisableKeepAlives: true}}
	answer, err := c.Get("http://127.0.0.1:9090" + path)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	return json.NewDecoder(answer.Body).Decode(into)
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(packaged, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func write(t *testing.T, h *lab.Host, name, text string) string {
	t.Helper()
	path := h.Path(name)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}
