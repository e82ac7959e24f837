package fleet

import (
	"fmt"
	"testing"
	"time"
)

// BenchmarkForks is what asking eight hosts over SSH costs, by how many Ansible asks at a time. The modules are copied to
// each host, and removed there, in every run.
func BenchmarkForks(b *testing.B) {
	f := newFleet(b, 8)
	installCollection(b)
	f.inventory("gpu-01", f.names[1:]...)
	for _, forks := range []int{1, 2, 4, 8} {
		b.Run(fmt.Sprintf("forks=%d", forks), func(b *testing.B) {
			for b.Loop() {
				start := time.Now()
				if out, ok := f.play("preflight", "--forks", fmt.Sprint(forks)); !ok {
					b.Fatal(out)
				}
				b.ReportMetric(time.Since(start).Seconds(), "s")
				b.ReportMetric(time.Since(start).Seconds()/8, "s/host")
			}
		})
	}
}
