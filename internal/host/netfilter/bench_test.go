package netfilter

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/internal/sockettest"
)

// What a check adds on a host whose every packet meets 10,000 rules.
func BenchmarkTenThousandRules(b *testing.B)          { benchmark(b, bind("8080")) }
func BenchmarkTenThousandRulesRange(b *testing.B)     { benchmark(b, bind("40000-40063")) }
func BenchmarkTenThousandRulesPublished(b *testing.B) { benchmark(b, publish("8080:80")) }

// And behind a filter of 10,000 rules that shuts everything else.
func BenchmarkTenThousandFilterRules(b *testing.B) {
	var script strings.Builder
	script.WriteString("table inet big {\nchain c {\ntype filter hook input priority filter; policy drop\n")
	for i := range 10000 {
		fmt.Fprintf(&script, "ip saddr 10.%d.%d.1 tcp dport %d counter accept comment \"rule %d\"\n", i/256, i%256, 20000+i, i)
	}
	behind(b, script.String(), func(r *Rules) bool {
		blocks, outside := r.Blocked(bind("8080"), "docker", true)
		return len(blocks) == 1 && outside == 2
	})
}

func benchmark(b *testing.B, w port.Requirement) {
	var script strings.Builder
	script.WriteString("table ip big {\nchain c {\ntype nat hook prerouting priority dstnat\n")
	for i := range 10000 {
		fmt.Fprintf(&script, "ip daddr 10.%d.%d.1 tcp dport %d counter dnat to 10.0.0.1:80 comment \"rule %d\"\n", i/256, i%256, 20000+i, i)
	}
	behind(b, script.String(), func(r *Rules) bool { return len(r.Redirected(w)) == 0 })
}

// behind measures a question that is asked of rules which are read anew each time.
func behind(b *testing.B, script string, ask func(*Rules) bool) {
	file := filepath.Join(b.TempDir(), "rules.nft")
	if err := os.WriteFile(file, []byte(script+"}\n}\n"), 0o644); err != nil {
		b.Fatal(err)
	}
	sockettest.InNamespace(b, func() {
		if !run(b, setup) || !run(b, "nft -f "+file) {
			return
		}
		for b.Loop() {
			r := Read("/proc")
			if !ask(r) || r.Failed() != nil || len(r.bases) != 1 {
				b.Errorf("wrong answer of %d base chains: %v", len(r.bases), r.Failed())
			}
			r.Close()
		}
	})
}
