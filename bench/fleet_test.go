package bench

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/safeport/safeport"
	"github.com/safeport/safeport/lab/chromium"
	"github.com/safeport/safeport/report"
)

// BenchmarkFleet merges the reports of more and more hosts: the command as text and as a page, and the page in a browser.
func BenchmarkFleet(b *testing.B) {
	program := filepath.Join(b.TempDir(), "safeport")
	if out, err := exec.Command("go", "build", "-ldflags=-s -w", "-o", program, "github.com/safeport/safeport/cmd/safeport").CombinedOutput(); err != nil {
		b.Fatalf("building safeport: %v\n%s", err, out)
	}
	samples := sampleReports(b)
	for _, hosts := range []int{100, 1_000, 10_000, 100_000} {
		b.Run(fmt.Sprintf("hosts=%d", hosts), func(b *testing.B) {
			stream, page := filepath.Join(b.TempDir(), "reports.jsonl"), filepath.Join(b.TempDir(), "fleet.html")
			size := simulate(b, stream, hosts, samples)

			for b.Loop() {
				text, cpu, memory := merge(b, program, os.DevNull, stream)
				b.ReportMetric(float64(size)/1e6, "MB-read")
				b.ReportMetric(text.Seconds(), "text-s")
				b.ReportMetric(cpu.Seconds(), "text-cpu-s")
				b.ReportMetric(float64(memory)/1e6, "MB-memory")
				if hosts > 10_000 { // which no page is for
					continue
				}
				html, _, _ := merge(b, program, page, stream, "-o", "html")
				b.ReportMetric(html.Seconds(), "html-s")
				written, err := os.Stat(page)
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(written.Size())/1e6, "MB-page")
				// What all of its threads have computed is no less than the time that it takes on a machine that is free.
				if min(text, cpu) > 2*time.Second || written.Size() > 5e6 {
					b.Errorf("text took %v, promised is under 2 s; the page has %d bytes, promised are under 5 MB", text, written.Size())
				}
				used(b, page)
			}
		})
	}
}

// merge runs the command and returns how long it took, how much of that it computed, and the most memory that it had.
func merge(b *testing.B, program, to string, args ...string) (took, cpu time.Duration, memory int64) {
	b.Helper()
	out, err := os.Create(to)
	if err != nil {
		b.Fatal(err)
	}
	defer out.Close()
	cmd := exec.Command(program, append([]string{"report"}, args...)...)
	cmd.Stdout, cmd.Stderr = out, os.Stderr
	start := time.Now()
	_ = cmd.Run() // hosts are blocked
	if cmd.ProcessState.ExitCode() != 1 {
		b.Fatalf("safeport report ended with %v", cmd.ProcessState)
	}
	return time.Since(start), cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), maxRSS(cmd)
}

// used opens the page in a browser and filters it.
func used(b *testing.B, page string) {
	b.Helper()
	var ms struct{ Open, Filter float64 }
	chromium.Drive(b, page, chromium.View{Width: 1280, Height: 900}, `
document.body.offsetHeight; const open = performance.now(), search = document.getElementById("search");
const type = (text) => { search.value = text; search.dispatchEvent(new Event("input")); document.body.offsetHeight; };
const start = performance.now(); type("nginx"); type("7"); type("");
return {open, filter: (performance.now() - start) / 3};`, &ms)
	b.ReportMetric(ms.Open, "open-ms")
	b.ReportMetric(ms.Filter, "filter-ms")
	if ms.Open > 1000 || ms.Filter > 1000 {
		b.Errorf("the page opens in %.0f ms and filters in %.0f ms, promised is under 1 s", ms.Open, ms.Filter)
	}
}

// sampleReports are real answers of this machine: ports that are free, and ports that somebody holds.
func sampleReports(b *testing.B) []*report.Report {
	b.Helper()
	l, err := net.Listen("tcp", ":0")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = l.Close() })
	taken := strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
	var list []*report.Report
	for _, settings := range []map[string]string{{}, {"port": "8080"}, {"port": taken}, {"worker-port": taken}, {"port": taken, "worker-metrics-port": "1"}} {
		r, err := safeport.Check(b.Context(), safeport.Request{
			Services: []string{"gpustack", "gpustack-worker"}, Settings: settings, Spares: 16, Engine: safeport.NoEngine,
			LookupEnv: func(string) (string, bool) { return "", false },
		})
		if err != nil {
			b.Fatal(err)
		}
		list = append(list, r)
	}
	return list
}

// simulate writes a report a host: nine in ten are ready, and the ports of the others are held by different programs. It
// returns how many bytes were written.
func simulate(b *testing.B, path string, hosts int, samples []*report.Report) int64 {
	b.Helper()
	file, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	defer file.Close()
	out := bufio.NewWriter(file)
	random := rand.New(rand.NewPCG(1, 2))
	programs := strings.Fields("nginx httpd traefik caddy haproxy java node python3 envoy grafana prometheus registry")
	enc := json.NewEncoder(out)
	for i := range hosts {
		r := *samples[random.IntN(2)]
		if random.IntN(10) == 0 {
			r = *samples[2+random.IntN(3)]
		}
		asked := r.Time.Add(time.Duration(i) * time.Second)
		r.Host.Name, r.Time = fmt.Sprintf("gpu-%05d.cluster.example", i), &asked
		program, ports := programs[random.IntN(len(programs))], make([]report.Port, len(r.Ports))
		copy(ports, r.Ports)
		for p := range ports {
			holders := make([]report.Holder, len(ports[p].Holders))
			copy(holders, ports[p].Holders)
			for h := range holders {
				holders[h].Name, holders[h].PID = program, random.IntN(100_000)
			}
			ports[p].Holders = holders
		}
		r.Ports = ports
		if err := enc.Encode(r); err != nil {
			b.Fatal(err)
		}
	}
	if err := out.Flush(); err != nil {
		b.Fatal(err)
	}
	info, err := file.Stat()
	if err != nil {
		b.Fatal(err)
	}
	return info.Size()
}
