package backup_test

import (
	"bufio"
	"crypto/md5"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/safeport/safeport/internal/release/backup"
	"github.com/safeport/safeport/internal/release/engine"
	"github.com/safeport/safeport/internal/release/journal"
	"github.com/safeport/safeport/lab"
)

// BenchmarkCopy makes a backup of a gigabyte as a database has it, and has tar and zstd of the command line do the same: a
// service waits for it. The time includes what they leave out: the backup is synced, and read back from the disk.
func BenchmarkCopy(b *testing.B) {
	h := lab.NewHost(b, lab.HostOptions{})
	docker := h.StartEngine(b, lab.EngineOptions{})
	if err := docker.Load(b.Context(), lab.Foreign("web")); err != nil {
		b.Fatal(err)
	}
	data := h.Path("data")
	if err := os.Mkdir(data, 0o755); err != nil {
		b.Fatal(err)
	}
	fill(b, data, 1<<30)
	id := docker.Created(b, lab.Container{Name: "web", Image: "web", Volumes: []string{data + ":/data"}})
	e, err := engine.Connect(b.Context(), docker.Endpoint, os.LookupEnv)
	if err != nil {
		b.Fatal(err)
	}
	dir := h.Path("backup")
	if err := os.Mkdir(dir, 0o700); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		begun := time.Now()
		p := journal.Part{Container: id, Path: "/data", File: "1.tar.zst"}
		if err := backup.CopyOut(b.Context(), e, &p, filepath.Join(dir, p.File), func(int) {}); err != nil {
			b.Fatal(err)
		}
		copied := time.Since(begun)
		if err := backup.VerifyPart(b.Context(), &journal.Backup{Dir: dir}, p); err != nil {
			b.Fatal(err)
		}
		ours := time.Since(begun)
		begun = time.Now()
		if out, err := exec.CommandContext(b.Context(), "sh", "-c", fmt.Sprintf("tar -C %s -c . | zstd -qf -o %s/tar.zst", data, dir)).CombinedOutput(); err != nil {
			b.Fatalf("%v: %s", err, out)
		}
		peer := time.Since(begun)
		if ours > 2*peer {
			b.Errorf("a backup takes %v, promised is twice the %v of tar and zstd", ours, peer)
		}
		b.ReportMetric(copied.Seconds(), "s-copy")
		b.ReportMetric(ours.Seconds(), "s-all")
		b.ReportMetric(peer.Seconds(), "s-tar-zstd")
		b.ReportMetric(ours.Seconds()/peer.Seconds(), "x-tar-zstd")
		b.ReportMetric(float64(p.Stored)/1e6, "MB-stored")
	}
}

// fill writes files of rows as a log of uses has them: half of a row is random, half is always the same.
func fill(b *testing.B, dir string, size int) {
	b.Helper()
	const file = 64 << 20
	for n := range size / file {
		f, err := os.Create(filepath.Join(dir, fmt.Sprint(n)))
		if err != nil {
			b.Fatal(err)
		}
		w := bufio.NewWriter(f)
		random := rand.New(rand.NewPCG(uint64(n), 0))
		for written := 0; written < file; {
			sum := md5.Sum([]byte(fmt.Sprint(random.Uint64())))
			k, err := fmt.Fprintf(w, "%012d %s qwen3-0.6b %04d completion of a chat completion of a chat\n", written, hex.EncodeToString(sum[:]), random.IntN(4000))
			if err != nil {
				b.Fatal(err)
			}
			written += k
		}
		if err := errors.Join(w.Flush(), f.Close()); err != nil {
			b.Fatal(err)
		}
	}
}
