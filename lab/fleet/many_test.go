package fleet

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/safeport/safeport/lab"
)

var count = flag.Int("hosts", 8, "how many hosts TestManyHosts has, and BenchmarkForks")

// Some of many hosts are in trouble: one cannot be reached, one hangs, one has its port taken, one lets nobody become root,
// one has nothing but busybox. Each is told for what it is, the others are not kept waiting, and none is forgotten.
func TestManyHosts(t *testing.T) {
	lab.Long(t)
	f := newFleet(t, 0)
	installCollection(t)
	for i := 1; i <= *count; i++ {
		o := hostOptions{}
		switch i {
		case 5:
			o = hostOptions{user: "operator"}
		case 6:
			o = minimal
		}
		f.add(i, o)
	}
	f.inventory("gpu-01", f.names[1:]...)
	f.setVar("gpu-05", "safeport_become", "true")
	builtIn := []string{"--forks", "16", "-e", "gpustack_worker_service=gpustack-worker"}

	if out, ok := f.play("preflight", append(builtIn, "--limit", "localhost,gpu-01,gpu-02,gpu-06")...); ok || !strings.Contains(out, fmt.Sprintf("3 of %d hosts ready", *count)) {
		t.Errorf("three of the hosts were asked, and the playbook says\n%s", out)
	}

	f.ip("-n", f.hosts["gpu-02"].Name, "link", "set", "lan0", "down")
	if err := f.hosts["gpu-03"].sshd.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	defer f.taken(t, "gpu-04")()
	out, ok := f.play("preflight", builtIn...)
	said := strings.Join(strings.Fields(out), " ")
	for _, want := range []string{
		fmt.Sprintf("%d of %d hosts ready; 1 blocked: 0.0.0.0:10150/tcp in use by nginx on gpu-04; 3 not checked: no report on gpu-02, gpu-03 and gpu-05", *count-4, *count),
		fmt.Sprintf("1 clear, %d with warnings, 1 blocked, 3 not checked", *count-5),
		"instead of 10150 (worker)",
	} {
		if ok || !strings.Contains(said, want) {
			t.Errorf("%q is not said (%v):\n%s", want, ok, out)
		}
	}
	if n := strings.Count(out, "[WARNING]: "); n > 3 {
		t.Errorf("%d warnings are printed besides the answer:\n%s", n, out)
	}
	reports, err := os.ReadDir(f.controller.Path("safeport-reports"))
	if err != nil || len(reports) != *count-3 {
		t.Errorf("%d reports, %v", len(reports), err)
	}
}
