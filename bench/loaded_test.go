package bench

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/safeport/safeport/lab"
)

// BenchmarkLoaded is the whole command on a host with 500 containers, of which every fifth publishes 64 ports, and 10,000
// rules of nftables that a packet to the port meets. The containers are created and do not run, which is the harder half:
// the engine's list tells what running ones publish, and says nothing of these. The engine's own list takes half of the
// time.
func BenchmarkLoaded(b *testing.B) {
	h := lab.NewHost(b, lab.HostOptions{})
	engine := h.StartEngine(b, lab.EngineOptions{})
	if err := engine.Load(b.Context(), lab.Foreign("nginx:1.27")); err != nil {
		b.Fatal(err)
	}
	if err := create(b, engine, 500, 5); err != nil {
		b.Fatal(err)
	}
	addRules(b, h, 10_000)
	safeport := h.Build(b, "github.com/safeport/safeport/cmd/safeport")
	check := func(args ...string) []string {
		return append([]string{safeport, "check", "--engine", engine.Endpoint}, args...)
	}
	for b.Loop() {
		times := race(b, h, 15, map[string][]string{
			"publish":  check("--publish", "19999:80"), // no container's
			"latent":   check("--publish", "20066:80"), // of a container that does not run
			"gpustack": check("gpustack", "--port", "19998"),
		})
		reportTimes(b, times)
		for name, took := range times {
			if took > 100*time.Millisecond {
				b.Errorf("check of %s took %v, promised is 100 ms", name, took)
			}
		}
	}
}

// create makes n containers, of which every fifth (or so) publishes a range of its own from port 20000 on.
func create(b *testing.B, engine *lab.Engine, n, every int) error {
	creations, ctx := errgroup.WithContext(b.Context())
	creations.SetLimit(4)
	for i := range n {
		c := lab.Container{Name: fmt.Sprintf("c%d", i), Image: "nginx:1.27"}
		if i%every == 0 {
			first := 20000 + i/every*64
			c.Publish = []string{fmt.Sprintf("%d-%d:8000-8063", first, first+63)}
		}
		creations.Go(func() error {
			_, err := engine.Create(ctx, c)
			return err
		})
	}
	return creations.Wait()
}

// addRules adds rules to a chain that every packet goes through, each for a port of its own.
func addRules(b testing.TB, h *lab.Host, n int) {
	var text strings.Builder
	text.WriteString("table ip many {\nchain base { type nat hook prerouting priority -90\n")
	for i := range n {
		fmt.Fprintf(&text, "ip daddr 198.51.100.%d tcp dport %d dnat to 192.0.2.2:80\n", i%250, 40000+i)
	}
	text.WriteString("}\n}\n")
	file := h.Path("rules.nft")
	if err := os.WriteFile(file, []byte(text.String()), 0o644); err != nil {
		b.Fatal(err)
	}
	cmd := h.Command(b.Context(), lab.Root, os.Environ(), "nft", "-f", file)
	cmd.Stderr = os.Stderr
	if err := h.Run(cmd); err != nil {
		b.Fatal(err)
	}
}
