package fleet

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/safeport/safeport/lab"
	"github.com/safeport/safeport/report"
)

// What users of the collection do, on one fleet: it is the hosts that take time to make.
func TestFleet(t *testing.T) {
	lab.Long(t)
	f := newFleet(t, 8)
	installCollection(t)
	f.withEngine("", []string{"v2.2.1", "v2.2.2"}, "gpu-01", "gpu-02", "gpu-03")
	f.withEngine("v2.2.2", []string{"v2.2.1", "v2.2.2"}, "gpu-04")
	f.preflight(t)
	f.installAndUpgrade(t)
	f.rollBack(t, "gpu-02")
}

// preflight tells of eight hosts: clear ones, one whose port is held, one whose engine is down, one that cannot be reached.
func (f *fleet) preflight(t *testing.T) {
	f.inventory("gpu-01", f.names[1:]...)
	if out, ok := f.play("preflight"); !ok || !strings.Contains(out, "8 of 8 hosts ready") {
		t.Fatalf("all clear, and the playbook says\n%s", out)
	}

	defer f.taken(t, "gpu-03")()
	f.setVar("gpu-05", "safeport_engine", "unix://"+f.hosts["gpu-05"].Path("docker.sock"))
	f.ip("-n", f.hosts["gpu-07"].Name, "link", "set", "lan0", "down")
	out, ok := f.play("preflight", "-e", "safeport_page="+f.controller.Path("fleet.json"))
	if ok {
		t.Errorf("a host is blocked, and the playbook is content:\n%s", out)
	}
	for _, want := range []string{
		"6 of 8 hosts ready; 1 blocked: 0.0.0.0:10150/tcp in use by nginx on gpu-03; 1 not checked: no report on gpu-07",
		"No container engine at unix://",
	} {
		if !strings.Contains(strings.Join(strings.Fields(out), " "), want) {
			t.Errorf("%q is not said:\n%s", want, out)
		}
	}
	page, err := os.ReadFile(f.controller.Path("fleet.json"))
	if err != nil || !strings.Contains(string(page), "<noscript>") {
		t.Errorf("the page: %v", err)
	}
	reports, err := os.ReadDir(f.controller.Path("safeport-reports"))
	if err != nil || len(reports) != 7 {
		t.Errorf("%d reports, %v", len(reports), err)
	}
	for _, entry := range reports {
		text, err := os.ReadFile(f.controller.Path("safeport-reports", entry.Name()))
		var r report.Report
		if err != nil || json.Unmarshal(text, &r) != nil || r.Host.Name+".json" != entry.Name() {
			t.Errorf("%s: %v, of host %q", entry.Name(), err, r.Host.Name)
		}
	}
}

// taken has nginx on a worker's port until the function is called.
func (f *fleet) taken(t *testing.T, name string) (end func()) {
	end, err := f.hosts[name].TryStandin(t, lab.Process{Name: "nginx", Args: []string{"serve", "tcp4:0.0.0.0:10150"}})
	if err != nil {
		t.Fatal(err)
	}
	return end
}

// installAndUpgrade meets a port that was taken after the preflight, and a third worker whose new version does not run.
func (f *fleet) installAndUpgrade(t *testing.T) {
	f.inventory("gpu-01", "gpu-02", "gpu-03", "gpu-04")
	end := f.taken(t, "gpu-03")
	out, ok := f.play("install", "-e", "gpustack_version=v2.2.1")
	if ok || !strings.Contains(out, "10150") {
		t.Errorf("the port of gpu-03 was taken after the preflight, and this is said:\n%s", out)
	}
	f.serve(map[string]string{"gpu-01:80": "v2.2.1", "gpu-02:10150": "v2.2.1", "gpu-04:10150": "v2.2.1"})
	if left := f.containers("gpu-03"); len(left) > 0 {
		t.Errorf("the worker was not installed, and left %v", left)
	}
	if strings.Contains(out, "abcd-secret") {
		t.Error("the token is printed")
	}

	end()
	if out, ok = f.play("install", "-e", "gpustack_version=v2.2.1"); !ok || changed(out) != 1 {
		t.Errorf("all but gpu-03 are there already, and this was done:\n%s", out)
	}
	f.serve(map[string]string{"gpu-01:80": "v2.2.1", "gpu-02:10150": "v2.2.1", "gpu-03:10150": "v2.2.1", "gpu-04:10150": "v2.2.1"})

	if out, ok = f.play("upgrade", "-e", "gpustack_version=v2.2.2", "-e", "safeport_serial=100%", "--check"); !ok || changed(out) != 4 {
		t.Errorf("in check mode all four are to be upgraded, and this is said:\n%s", out)
	}
	f.serve(map[string]string{"gpu-01:80": "v2.2.1", "gpu-02:10150": "v2.2.1"})
	if got := f.containers("gpu-02"); len(got) != 1 {
		t.Errorf("check mode has left %v", got)
	}

	out, ok = f.play("upgrade", "-e", "gpustack_version=v2.2.2", "-e", "safeport_serial=100%", "--diff")
	if ok {
		t.Errorf("a worker has failed, and the playbook is content:\n%s", out)
	}
	f.serve(map[string]string{"gpu-01:80": "v2.2.2", "gpu-02:10150": "v2.2.2", "gpu-03:10150": "v2.2.2", "gpu-04:10150": "v2.2.1"})
	if got := f.containers("gpu-04")["gpustack-worker"]; got != "gpustack/gpustack:v2.2.1 running" || len(f.containers("gpu-04")) != 1 {
		t.Errorf("on gpu-04 are %v", f.containers("gpu-04"))
	}
	if !strings.Contains(out, "+version: v2.2.2") || !strings.Contains(out, "a required setting is missing") {
		t.Errorf("the diff, or the failed worker's last words, are missing:\n%s", out)
	}
}

// rollBack goes back on one host, and is content with that the second time.
func (f *fleet) rollBack(t *testing.T, name string) {
	for _, want := range []string{"CHANGED", "SUCCESS"} {
		cmd := f.ansible(t.Context(), "ansible", name, "-i", f.controller.Path("inventory"), "-m", "safeport.safeport.service", "-a",
			"service={{ gpustack_worker_service }} state=rolled_back engine={{ safeport_engine }} state_dir={{ safeport_state_dir }}")
		var out bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &out
		if err := f.controller.Run(cmd); err != nil || !strings.Contains(out.String(), name+" | "+want) {
			t.Errorf("a rollback ends with %v, want %s:\n%s", err, want, out.Bytes())
		}
		f.serve(map[string]string{name + ":10150": "v2.2.1"})
	}
}

// serve asserts from the hosts who answers there.
func (f *fleet) serve(want map[string]string) {
	f.Helper()
	for where, version := range want {
		name, port, _ := strings.Cut(where, ":")
		if got := f.hosts[name].answers(port); !strings.Contains(got, version) {
			f.Errorf("at %s answers %q, want version %s", where, got, version)
		}
	}
}

// changed adds up the recap's numbers of changed tasks.
func changed(output string) int {
	n := 0
	for line := range strings.Lines(output) {
		if _, rest, ok := strings.Cut(line, "changed="); ok && !strings.HasPrefix(rest, "0") {
			n++
		}
	}
	return n
}

func (f *fleet) setVar(name, variable, value string) {
	f.Helper()
	text, err := os.ReadFile(f.controller.Path("inventory"))
	if err != nil {
		f.Fatal(err)
	}
	lines := strings.Split(string(text), "\n")
	for i, line := range lines {
		if strings.HasPrefix(line, name+" ") {
			lines[i] = line + " " + variable + "=" + value
		}
	}
	if err := os.WriteFile(f.controller.Path("inventory"), []byte(strings.Join(lines, "\n")), 0o600); err != nil {
		f.Fatal(err)
	}
}

// Ansible is killed in the middle of an upgrade, and run again. On every host the one or the other version serves in
// between, and the new one in the end.
func TestKilledAndRunAgain(t *testing.T) {
	lab.Long(t)
	if os.Getenv("SAFEPORT_TORTURE") == "" {
		t.Skip("NOT TESTED: eight engines and several upgrades take minutes; make torture does it")
	}
	f := newFleet(t, 8)
	installCollection(t)
	f.withEngine("", []string{"v2.2.1", "v2.2.2"}, f.names...)
	f.inventory("gpu-01", f.names[1:]...)
	if out, ok := f.play("install", "-e", "gpustack_version=v2.2.1"); !ok {
		t.Fatal(out)
	}
	version := []string{"v2.2.2", "v2.2.1"}
	for i, after := range []time.Duration{6 * time.Second, 9 * time.Second, 12 * time.Second, 16 * time.Second} {
		to := version[i%2]
		ctx, cancel := context.WithTimeout(t.Context(), after) // kills ansible-playbook and its children
		_ = f.controller.Run(f.playbook(ctx, "upgrade", "-e", "gpustack_version="+to, "-e", "safeport_serial=100%"))
		cancel()
		t.Logf("killed after %s", after)
		if out, ok := f.play("upgrade", "-e", "gpustack_version="+to, "-e", "safeport_serial=100%"); !ok {
			t.Fatalf("run again, it says\n%s", out)
		}
		want := map[string]string{"gpu-01:80": to}
		for _, name := range f.names[1:] {
			want[name+":10150"] = to
			if got := f.containers(name)["gpustack-worker"]; got != "gpustack/gpustack:"+to+" running" {
				t.Errorf("on %s are %v", name, f.containers(name))
			}
		}
		f.serve(want)
	}
	if out, ok := f.play("uninstall"); !ok || len(f.containers("gpu-08")) > 0 {
		t.Errorf("on gpu-08 are %v after\n%s", f.containers("gpu-08"), out)
	}
}
