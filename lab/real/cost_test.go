package real

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// TestCost measures what a change costs, and prints it: how long an upgrade's clients wait, beside a stop and a start of the same
// server, and how fast a database of a gigabyte is copied, beside tar and zstd.
func TestCost(t *testing.T) {
	in := prepare(t, "2.2.3", "2.3.0")
	begun := time.Now()
	in.must(t, "install", "gpustack", "--version=v2.2.3", "--port=8081")
	t.Logf("COST install to ready: %.0fs", time.Since(begun).Seconds())
	in.login(t, 8081)

	away := in.absence(t, 8081)
	in.docker(t, "stop", container)
	in.docker(t, "start", container)
	in.ready(t, 8081)
	own := away()
	t.Logf("COST stop and start of v2.2.3: away for %.1fs", own.Seconds())

	away = in.absence(t, 8081)
	in.must(t, "upgrade", "gpustack", "--version=v2.3.0")
	t.Logf("COST upgrade to v2.3.0: away for %.1fs", away().Seconds())
	in.must(t, "rollback", "gpustack", "--restore")

	in.fill(t)
	data := in.docker(t, "volume", "inspect", "--format", "{{.Mountpoint}}", "gpustack-data") + "/postgresql/data"
	t.Logf("COST database: %s", output(t, "du", "-sh", data))
	said, status := in.safeport(t, "upgrade", "gpustack", "--version=v2.3.0")
	if status != 0 {
		t.Fatal(said)
	}
	for line := range strings.Lines(said) {
		if strings.Contains(line, " MB, ") {
			t.Log("COST", strings.TrimSpace(line))
		}
	}
	// The copy is made while the old server is stopped; tar gets the same peace.
	in.docker(t, "stop", container)
	begun = time.Now()
	output(t, "sh", "-c", fmt.Sprintf("tar -C %s -c . | zstd -q -o %s", data, filepath.Join(in.host.Path("state"), "tar.zst")))
	t.Logf("COST tar | zstd of the same: %.1fs", time.Since(begun).Seconds())
}

// fill makes the database a gigabyte, of rows as a log of uses has them.
func (in *installation) fill(t *testing.T) {
	t.Helper()
	sql := `CREATE TABLE filler AS SELECT n AS id, md5(n::text) || md5((n*7)::text) AS hash, 'qwen3-0.6b' AS model, now() - n * interval '1s' AS used,
		(random()*4000)::int AS tokens, repeat('completion of a chat ', 4) AS note FROM generate_series(1, 4500000) n; CHECKPOINT;`
	said := in.docker(t, "exec", container, "setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups",
		"/usr/lib/postgresql/15/bin/psql", "-qAt", "-d", "gpustack", "-c", sql)
	if strings.Contains(said, "ERROR") || strings.Contains(said, "exec:") {
		t.Fatal(said)
	}
}

func output(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v: %s", name, err, out)
	}
	return strings.TrimSpace(string(out))
}

// absence asks again and again from another machine, until the function that it returns is called: that says for how long at the
// most nobody answered.
func (in *installation) absence(t *testing.T, port int) (stop func() time.Duration) {
	var ended atomic.Bool
	longest := make(chan time.Duration)
	go func() {
		var most time.Duration
		seen := time.Now()
		for !ended.Load() {
			if in.answers(port) {
				most, seen = max(most, time.Since(seen)), time.Now()
			}
			time.Sleep(50 * time.Millisecond)
		}
		longest <- most
	}()
	return func() time.Duration { ended.Store(true); return <-longest }
}
