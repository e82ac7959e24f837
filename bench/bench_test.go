package bench

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/safeport/safeport/lab"
)

// start plays a role on the host and returns when it stands.
func start(b *testing.B, h *lab.Host, role string, args ...string) {
	b.Helper()
	cmd := h.Command(context.Background(), lab.Root, []string{"BENCH_ROLE=" + role}, append([]string{self(b)}, args...)...)
	lifeline, err := cmd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	cmd.Stderr = os.Stderr
	if err := h.Do(cmd.Start); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		lifeline.Close()
		cmd.Wait()
	})
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "standing\n" {
		b.Fatalf("%s: %q, %v", role, line, err)
	}
}

func self(b testing.TB) string {
	path, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	return path
}

// ask lets the library judge a port on the host, and returns the median of many rounds.
func ask(b *testing.B, h *lab.Host, port, verdict string) time.Duration {
	cmd := h.Command(context.Background(), lab.Root, []string{"BENCH_ROLE=judge"}, self(b), port, "201", verdict)
	cmd.Stderr = os.Stderr
	var out strings.Builder
	cmd.Stdout = &out
	if err := h.Run(cmd); err != nil {
		b.Fatal(err)
	}
	ns, err := strconv.ParseInt(strings.TrimSpace(out.String()), 10, 64)
	if err != nil {
		b.Fatal(err)
	}
	return time.Duration(ns)
}

// BenchmarkLibrary is one port judged by the library, without an engine, on hosts with more and more connections.
func BenchmarkLibrary(b *testing.B) {
	const aProcess = 9000 // connections, two descriptors each
	for _, n := range []int{100, 1_000, 10_000, 100_000} {
		b.Run(fmt.Sprintf("connections=%d", n), func(b *testing.B) {
			h := lab.NewHost(b, lab.HostOptions{})
			for i := 0; i*aProcess < n; i++ {
				start(b, h, "connections", strconv.Itoa(min(aProcess, n-i*aProcess)), fmt.Sprintf("127.0.1.%d", i+1))
			}
			start(b, h, "listen", "8085")
			for b.Loop() {
				free, busy := ask(b, h, "80", "free"), ask(b, h, "8085", "busy")
				b.ReportMetric(free.Seconds()*1e3, "free-ms")
				b.ReportMetric(busy.Seconds()*1e3, "busy-ms")
				if free > time.Millisecond {
					b.Errorf("a free port took %v to judge, promised is under 1 ms", free)
				}
			}
		})
	}
}

// BenchmarkIdle is the whole command on a host with nothing else on it, against the script's two questions.
func BenchmarkIdle(b *testing.B) {
	h := lab.NewHost(b, lab.HostOptions{})
	engine := h.StartEngine(b, lab.EngineOptions{})
	safeport := h.Build(b, "github.com/safeport/safeport/cmd/safeport")
	for b.Loop() {
		times := race(b, h, 15, map[string][]string{
			"safeport": {safeport, "check", "gpustack", "--engine", engine.Endpoint},
			"script":   {"sh", "-c", "lsof -i :80; docker -H " + engine.Endpoint + " ps -q -f name=gpustack"},
		})
		reportTimes(b, times)
		atLeast(b, times, "script", 1)
	}
}

// BenchmarkStart is a check of a free port as a whole process, by the core and by the full program, beside a Go program that
// prints a line.
func BenchmarkStart(b *testing.B) {
	h := lab.NewHost(b, lab.HostOptions{})
	const module = "github.com/safeport/safeport/"
	oneline, core, safeport := h.Build(b, module+"bench/oneline"), h.Build(b, module+"cmd/safeport-check"), h.Build(b, module+"cmd/safeport")
	for b.Loop() {
		times := race(b, h, 41, map[string][]string{
			"oneline":  {oneline},
			"core":     {core, "check", "81", "--engine", "none"},
			"safeport": {safeport, "check", "81", "--engine", "none"},
		})
		reportTimes(b, times)
		b.ReportMetric(float64(times["core"])/float64(times["oneline"]), "core/oneline")
		b.ReportMetric(float64(times["safeport"])/float64(times["oneline"]), "safeport/oneline")
	}
}

// BenchmarkCrowded is the whole command, of the core and of the full program, on a host with 3,000 processes of 40 descriptors and 18,000 sockets.
func BenchmarkCrowded(b *testing.B) {
	h := lab.NewHost(b, lab.HostOptions{})
	safeport := h.Build(b, "github.com/safeport/safeport/cmd/safeport")
	core := h.Build(b, "github.com/safeport/safeport/cmd/safeport-check")
	// The holders are neither the oldest nor the youngest programs, where a scan would happen to begin.
	gather(b, h, 1500)
	start(b, h, "listen", "8085", newCgroup(b))
	start(b, h, "listen", "8086")
	gather(b, h, 1500)
	for _, c := range []struct {
		name, port string
		ss, lsof   float64 // how many times faster safeport has to be
	}{
		{"free", "8080", 20, 50},
		{"held,own-cgroup", "8085", 20, 50},
		{"held,root-cgroup", "8086", 3, 3},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				times := race(b, h, 7, map[string][]string{
					"safeport": {safeport, "check", c.port, "--engine", "none"},
					"core":     {core, "check", c.port, "--engine", "none"},
					"ss":       {"ss", "-ltnp"},
					"lsof":     {"lsof", "-i", ":" + c.port},
				})
				reportTimes(b, times)
				atLeast(b, times, "ss", c.ss)
				atLeast(b, times, "lsof", c.lsof)
				b.ReportMetric(float64(times["ss"])/float64(times["core"]), "core-x-ss")
				b.ReportMetric(float64(times["lsof"])/float64(times["core"]), "core-x-lsof")
			}
		})
	}
}

// BenchmarkList is the list of all ports in use, on the same host with 9,000 listeners, for root and for somebody who may not look into
// the processes. It takes less of the machine's time than ss does, and tells more; no factor is promised: to read what /proc
// says of 3,000 processes takes a quarter of what ss takes.
func BenchmarkList(b *testing.B) {
	h := lab.NewHost(b, lab.HostOptions{})
	safeport := h.Build(b, "github.com/safeport/safeport/cmd/safeport")
	core := h.Build(b, "github.com/safeport/safeport/cmd/safeport-check")
	gather(b, h, 3000)
	for b.Loop() {
		times := race(b, h, 7, map[string][]string{
			"safeport": {safeport, "who", "--engine", "none"},
			"core":     {core, "who", "--engine", "none"},
			"ss":       {"ss", "-tulpn"},
		})
		reportTimes(b, times)
		b.ReportMetric(float64(times["ss"])/float64(times["core"]), "core-x-ss")
		b.ReportMetric(float64(times["ss"])/float64(times["safeport"]), "x-ss")
		b.ReportMetric(cpu(b, h, core, "who", "--engine", "none").Seconds()*1e3, "core-cpu-ms")
		b.ReportMetric(cpu(b, h, "ss", "-tulpn").Seconds()*1e3, "ss-cpu-ms")
		b.ReportMetric(cpu(b, h, "setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", core, "who", "--engine", "none").Seconds()*1e3, "nobody-cpu-ms")
	}
}

// cpu is the least of the machine's time that a command has taken, of several runs: others on the machine hardly change it.
func cpu(b *testing.B, h *lab.Host, argv ...string) time.Duration {
	var least time.Duration
	for range 7 {
		cmd := exec.Command(argv[0], argv[1:]...)
		if err := h.Do(cmd.Start); err != nil {
			b.Fatal(err)
		}
		if err := cmd.Wait(); err != nil {
			b.Fatal(err)
		}
		if took := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(); least == 0 || took < least {
			least = took
		}
	}
	return least
}

func gather(b *testing.B, h *lab.Host, n int) {
	var end func()
	err := h.Do(func() (err error) {
		end, err = crowd(n)
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(end)
}

// newCgroup makes a cgroup of the unified hierarchy.
func newCgroup(b *testing.B) string {
	mount := "/sys/fs/cgroup"
	if _, err := os.Stat(mount + "/unified"); err == nil {
		mount += "/unified"
	}
	dir := filepath.Join(mount, "safeport-bench.service")
	if err := os.Mkdir(dir, 0o755); err != nil && !os.IsExist(err) {
		b.Fatal(err)
	}
	b.Cleanup(func() { os.Remove(dir) })
	return dir
}

// race runs the commands in turn, so that a machine that slows down slows all of them, and returns each one's median.
func race(b *testing.B, h *lab.Host, rounds int, commands map[string][]string) map[string]time.Duration {
	times := map[string][]time.Duration{}
	for range rounds {
		for name, argv := range commands {
			cmd := exec.Command(argv[0], argv[1:]...)
			cmd.Env = append(os.Environ(), "DOCKER_HOST=")
			cmd.Stdout, cmd.Stderr = io.Discard, io.Discard
			start := time.Now()
			if err := h.Do(cmd.Start); err != nil {
				b.Fatal(err)
			}
			cmd.Wait() // a port that is taken, or nothing found, is no failure here
			times[name] = append(times[name], time.Since(start))
		}
	}
	medians := map[string]time.Duration{}
	for name, t := range times {
		slices.Sort(t)
		medians[name] = t[len(t)/2]
	}
	return medians
}

func reportTimes(b *testing.B, times map[string]time.Duration) {
	for name, t := range times {
		b.ReportMetric(t.Seconds()*1e3, name+"-ms")
	}
}

// atLeast fails the benchmark when safeport is not so many times faster than the other.
func atLeast(b *testing.B, times map[string]time.Duration, other string, factor float64) {
	got := float64(times[other]) / float64(times["safeport"])
	b.ReportMetric(got, "x-"+other)
	if got < factor {
		b.Errorf("safeport is %.1f times as fast as %s, promised is %.0f", got, other, factor)
	}
}
