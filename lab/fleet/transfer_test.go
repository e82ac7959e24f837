package fleet

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The first check of a host may send it five megabytes, and each later one a hundred kilobytes.
const firstBytes, laterBytes = 5_000_000, 100_000

// Counted are the bytes that came to the host over its wire, with all headers, as the interface counts them.
func TestTransfers(t *testing.T) {
	f := newFleet(t, 2)
	installCollection(t)
	f.inventory("gpu-01", "gpu-02")
	for i, pipelining := range []string{"False", "True"} {
		t.Setenv("ANSIBLE_PIPELINING", pipelining)
		for n, most := range []int64{firstBytes, laterBytes} {
			before := f.received("gpu-02")
			if out, ok := f.play("preflight", "--forks", fmt.Sprint(i+1), "-e", "gpustack_worker_service=gpustack-worker"); !ok {
				t.Fatal(out)
			}
			sent := f.received("gpu-02") - before
			t.Logf("pipelining %s: check %d sends %d bytes", pipelining, n+1, sent)
			if sent > most {
				t.Errorf("pipelining %s: check %d sends %d bytes, more than %d", pipelining, n+1, sent, most)
			}
		}
		f.forget(t, "gpu-02")
	}
	f.damaged(t, "gpu-01")
	f.inBackground(t, "gpu-01")
}

// damaged has a program that was cut short, by a power cut perhaps, and those of earlier versions: it is sent anew, and of each
// program two are kept.
func (f *fleet) damaged(t *testing.T, name string) {
	t.Helper()
	dir := f.hosts[name].root("var/cache/safeport")
	program := filepath.Join(dir, f.program(name, "var/cache/safeport"))
	if err := os.Truncate(program, 1000); err != nil {
		t.Fatal(err)
	}
	for i := range 4 {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprint("safeport-check.", i)), nil, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if out, ok := f.adHoc(t, name, "ports=8009 engine=none"); !ok {
		t.Fatal(out)
	}
	entries, err := os.ReadDir(dir)
	if info, err := os.Stat(program); err != nil || info.Size() < 1000000 {
		t.Errorf("the program is not there anew: %v, %v", info, err)
	}
	if err != nil || len(entries) != 2 {
		t.Errorf("kept are %v, %v", entries, err)
	}
}

// inBackground asks as a task with async does. Ansible's wrapper for that takes Python on the host.
func (f *fleet) inBackground(t *testing.T, name string) {
	t.Helper()
	for range 2 { // brought, and found
		if out, ok := f.adHoc(t, name, "ports=8009 engine=none", "-B", "60", "-P", "1"); !ok || !strings.Contains(out, `"verdict": "clear"`) {
			t.Errorf("with async the answer is\n%s", out)
		}
		_ = os.RemoveAll(f.hosts[name].root("var/cache/safeport"))
	}
}

// adHoc asks one host by "ansible", or all.
func (f *fleet) adHoc(t *testing.T, name, question string, more ...string) (output string, ok bool) {
	t.Helper()
	args := append([]string{"ansible", name, "-o", "-i", f.controller.Path("inventory"), "-m", "safeport.safeport.check", "-a", question}, more...)
	cmd := f.ansible(t.Context(), args...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := f.controller.Run(cmd)
	return out.String(), err == nil
}

// forget removes what a host has kept, after a look at it.
func (f *fleet) forget(t *testing.T, name string) {
	t.Helper()
	dir := f.hosts[name].root("var/cache/safeport")
	info, err := os.Stat(dir)
	if err != nil || info.Mode().Perm() != 0o700 {
		t.Fatalf("%s: %v, %v", dir, info, err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 || !strings.HasPrefix(entries[0].Name(), "safeport-check.") {
		t.Errorf("%s keeps %v, %v", name, entries, err)
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
}
