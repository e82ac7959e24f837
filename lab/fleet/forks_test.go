package fleet

import (
	"fmt"
	"testing"
	"time"
)

// BenchmarkForks is what asking many hosts over SSH costs, by how many Ansible asks at a time: -args -hosts 100 has a hundred.
func BenchmarkForks(b *testing.B) {
	f := newFleet(b, *count)
	installCollection(b)
	f.inventory("gpu-01", f.names[1:]...)
	for _, pipelining := range []string{"False", "True"} {
		for _, forks := range []int{1, 2, 4, 8, 16, 32} {
			b.Run(fmt.Sprintf("pipelining=%s/forks=%d", pipelining, forks), func(b *testing.B) {
				b.Setenv("ANSIBLE_PIPELINING", pipelining)
				for b.Loop() {
					start, before := time.Now(), f.received("gpu-02")
					if out, ok := f.play("preflight", "--forks", fmt.Sprint(forks), "-e", "gpustack_worker_service=gpustack-worker"); !ok {
						b.Fatal(out)
					}
					b.ReportMetric(time.Since(start).Seconds(), "s")
					b.ReportMetric(time.Since(start).Seconds()/float64(*count), "s/host")
					b.ReportMetric(float64(f.received("gpu-02")-before), "B-sent")
				}
			})
		}
	}
}
