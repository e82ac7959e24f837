package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// watched: what the packaged unit runs writes metrics that Prometheus reads, all at once; and nothing has enabled it.
func watched(t *testing.T, root string) {
	needs(t, "promtool")
	units := filepath.Join(root, "usr/lib/systemd/system")
	if enabled := glob(t, root, "etc/systemd/system/*/*"); enabled != nil {
		t.Errorf("the package enables %q", enabled)
	}
	dir := filepath.Join(t.TempDir(), "textfiles")
	cmd := exec.Command("sh", "-c", started(t, filepath.Join(units, "safeport-check.service")))
	cmd.Env = []string{"PATH=" + filepath.Join(root, "usr/bin") + ":" + os.Getenv("PATH"), "SAFEPORT_CHECK=8080 53/udp --engine none", "SAFEPORT_TEXTFILES=" + dir}
	run(t, cmd)
	metrics := read(t, filepath.Join(dir, "safeport.prom"))
	if left, err := os.ReadDir(dir); err != nil || len(left) != 1 {
		t.Errorf("beside the metrics there are %v (%v)", left, err)
	}
	check := exec.Command("promtool", "check", "metrics")
	check.Stdin = bytes.NewReader(metrics)
	run(t, check)

	// A question that is wrong must not wipe out the last answer, nor pass for one.
	cmd = exec.Command(cmd.Path, cmd.Args[1:]...)
	cmd.Env = []string{"PATH=" + filepath.Join(root, "usr/bin") + ":" + os.Getenv("PATH"), "SAFEPORT_CHECK=no-such-service", "SAFEPORT_TEXTFILES=" + dir}
	if err := cmd.Run(); err == nil {
		t.Error("a service that is not known is checked without complaint")
	}
	if !bytes.Equal(metrics, read(t, filepath.Join(dir, "safeport.prom"))) {
		t.Error("the last answer is gone")
	}
}

// started is the script that a unit runs, as systemd hands it to the shell.
func started(t *testing.T, unit string) string {
	t.Helper()
	for line := range strings.Lines(string(read(t, unit))) {
		if script, ok := strings.CutPrefix(strings.TrimSpace(line), "ExecStart=/bin/sh -c '"); ok {
			return strings.TrimSuffix(script, "'")
		}
	}
	t.Fatalf("%s starts no shell", unit)
	return ""
}

func TestAlertRules(t *testing.T) {
	needs(t, "promtool")
	cmd := exec.Command("promtool", "test", "rules", "safeport.rules.test.yml")
	cmd.Dir = "watch"
	run(t, cmd)
}

func TestUnitsAreWhatSystemdReads(t *testing.T) {
	needs(t, "systemd-analyze")
	cmd := exec.Command("systemd-analyze", "verify", "--man=no", "./safeport-check.timer", "./safeport-check.service")
	cmd.Dir = "watch"
	if out, err := cmd.CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("%v: %s", err, out)
	}
}
