package release_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/moby/moby/client"

	"github.com/safeport/safeport/internal/release/journal"
	"github.com/safeport/safeport/lab"
)

// database is the directory of a volume, on the host, that stands for GPUStack's database.
func (b *bench) database() string {
	return filepath.Join(b.mountpoint("gpustack-data"), "postgresql", "data")
}

func (b *bench) mountpoint(volume string) string {
	b.Helper()
	v, err := b.engine.VolumeInspect(context.Background(), volume, client.VolumeInspectOptions{})
	if err != nil {
		b.Fatal(err)
	}
	return v.Volume.Mountpoint
}

func (b *bench) write(path, text string) {
	b.Helper()
	if err := os.WriteFile(path, []byte(text), 0o640); err != nil {
		b.Fatal(err)
	}
	if err := os.Chown(path, int(b.as.UID), int(b.as.GID)); err != nil {
		b.Fatal(err)
	}
}

// holds demands that a file has this text; an empty text, that it is not there.
func (b *bench) holds(path, text string) {
	b.Helper()
	got, err := os.ReadFile(path)
	if string(got) != text || (err == nil) != (text != "") {
		b.Errorf("%s holds %q (%v), want %q", path, got, err, text)
	}
}

func (b *bench) backups() []string {
	b.Helper()
	list, err := filepath.Glob(filepath.Join(b.state, "backups", "*"))
	if err != nil {
		b.Fatal(err)
	}
	return list
}

// A version migrates the data. The one before refuses it, and gets its own back when that is asked for.
func TestRollbackRestoresTheData(t *testing.T) {
	lab.Long(t)
	b := newBench(t)
	b.must(0, "install", "gpustack", "--version", "v2.2.1")
	ours, later := filepath.Join(b.database(), "ours"), filepath.Join(b.database(), "later")
	b.write(ours, "as it was")
	if err := os.Chown(ours, 70, 71); err != nil {
		t.Fatal(err)
	}
	b.must(1, "rollback", "gpustack", "--restore")
	b.must(0, "upgrade", "gpustack", "--version", "v2.3.0")
	b.write(ours, "changed")
	b.write(later, "new")

	a := b.must(4, "rollback", "gpustack")
	if !strings.Contains(a.stderr, "the data has format 2") || !strings.Contains(a.stderr, "rollback gpustack --restore") {
		t.Errorf("why it failed, and what helps, is not told: %s", a.stderr)
	}
	b.serves("80", "v2.3.0")
	b.holds(ours, "changed")

	o := b.must(0, "rollback", "gpustack", "--restore", "-o", "json").outcome(t)
	b.serves("80", "v2.2.1")
	b.holds(ours, "as it was")
	b.holds(later, "")
	if info, err := os.Stat(ours); err != nil || info.Mode().Perm() != 0o640 || info.Sys().(*syscall.Stat_t).Uid != 70 {
		t.Errorf("owner and mode are not what they were: %+v, %v", info, err)
	}
	if len(o.Backups) != 2 || o.Backups[0].Release != 1 || o.Backups[1].Release != 2 {
		t.Errorf("backups %+v: that of the old data and that of the newer were to be kept", o.Backups)
	}
	err := filepath.WalkDir(filepath.Join(b.state, "backups"), func(path string, d os.DirEntry, err error) error {
		if info, _ := d.Info(); err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s is open to others (%v)", path, err)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	// One that was being removed when safeport was killed, and one that was being made.
	list := b.backups()
	if err := os.Remove(filepath.Join(list[0], "backup.json")); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(list[1], list[1]+".new"); err != nil {
		t.Fatal(err)
	}
	if s := b.status(0); len(s.Instances[0].Backups) != 0 {
		t.Errorf("half a backup is told of as one: %+v", s.Instances[0].Backups)
	}
	b.must(0, "uninstall", "gpustack", "--purge", "--yes")
	if left := b.backups(); len(left) > 0 {
		t.Errorf("the backups %v are left", left)
	}
}

// What an upgrade that fails has made of the data is undone with it.
func TestFailedUpgradeGivesTheDataBack(t *testing.T) {
	b := newBench(t)
	b.must(0, "install", "gpustack", "--version", "v2.2.1")
	format := filepath.Join(b.database(), "format")
	a := b.must(4, "upgrade", "gpustack", "--version", "v2.3.1", "--wait", "1s")
	b.serves("80", "v2.2.1")
	b.holds(format, "1")
	left := b.backups()
	if len(left) != 1 || !strings.Contains(a.stderr, "The data of revision 2 was kept as "+left[0]) {
		t.Errorf("the backups %v are left of a change that was undone; what it overwrote is to be one, and told: %s", left, a.stderr)
	}

	// Without a copy the old one cannot come back, and that is said.
	a = b.must(5, "upgrade", "gpustack", "--version", "v2.3.1", "--wait", "1s", "--no-backup")
	if !strings.Contains(a.stderr, "healthy") {
		t.Errorf("what stands now is not told: %s", a.stderr)
	}
	b.write(format, "1")
	b.must(0, "upgrade", "gpustack", "--version", "v2.2.2")
	b.serves("80", "v2.2.2")
}

func TestBackupIsRefusedBeforeAnythingIsChanged(t *testing.T) {
	lab.Long(t)
	b := newBench(t)
	b.must(0, "install", "gpustack", "--version", "v2.2.1")
	b.must(2, "upgrade", "gpustack", "--version", "v2.3.0", "--backup", "--no-backup")

	disk := filepath.Join(b.state, "backups")
	if err := os.Mkdir(disk, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("small", disk, "tmpfs", 0, "size=1m"); err != nil {
		t.Fatal(err)
	}
	before := b.inspect("gpustack").State.StartedAt
	a := b.must(1, "upgrade", "gpustack", "--version", "v2.3.0")
	if err := syscall.Unmount(disk, 0); err != nil {
		t.Error(err)
	}
	if !strings.Contains(a.stderr, "--no-backup") || b.inspect("gpustack").State.StartedAt != before {
		t.Errorf("a disk that is too small: %s", a.stderr)
	}
	b.must(0, "upgrade", "gpustack", "--port", "8080")
	if list := b.backups(); len(list) > 0 {
		t.Errorf("another port alone has made a copy: %v", list)
	}
	if o := b.must(0, "upgrade", "gpustack", "--version", "v2.3.0", "-o", "json").outcome(t); *o.Release != 3 || o.URL == "" {
		t.Errorf("outcome %+v", o)
	}
	list := b.backups()
	if len(list) != 1 {
		t.Fatalf("backups %v", list)
	}
	archive := filepath.Join(list[0], "1.tar.zst")
	data, err := os.ReadFile(archive)
	if err != nil {
		t.Fatal(err)
	}
	data[len(data)/2] ^= 1
	if err := os.WriteFile(archive, data, 0o600); err != nil {
		t.Fatal(err)
	}
	if a := b.must(1, "rollback", "gpustack", "--restore"); !strings.Contains(a.stderr, "damaged") {
		t.Errorf("it is not told that the backup is damaged: %s", a.stderr)
	}
	b.serves("8080", "v2.3.0")
}

// After a kill in the middle of copying or putting back, the same command once more leads to where it was to lead.
func TestKilledRestoreHeals(t *testing.T) {
	lab.Long(t)
	b := newBench(t)
	b.must(0, "install", "gpustack", "--version", "v2.2.1")
	ours, later := filepath.Join(b.database(), "ours"), filepath.Join(b.database(), "later")
	b.write(ours, "as it was")
	tried, rounds := []journal.StepKind{journal.StepBackup, journal.StepRestore, journal.StepStart}, 1
	if torture {
		rounds = 10
	}
	for i := range rounds * len(tried) {
		step, delay := tried[i%len(tried)], time.Duration(i*7%40)*time.Millisecond
		b.must(0, "upgrade", "gpustack", "--version", "v2.3.0")
		b.write(later, "new")
		if _, hit := b.killed(syscall.SIGKILL, step, delay, "rollback", "gpustack", "--restore"); !hit {
			t.Errorf("the step %s was not seen", step)
		}
		// Killed after it was committed, there is nothing more to go back to.
		if a := b.run("rollback", "gpustack", "--restore"); a.status > 1 {
			t.Fatalf("killed %s after the step %s began, and then: status %d\n%s", delay, step, a.status, a.stderr)
		}
		b.serves("80", "v2.2.1")
		b.holds(ours, "as it was")
		b.holds(later, "")
		b.tidy(ours)
		if t.Failed() {
			t.Fatalf("that was: killed %s after the step %s began", delay, step)
		}
	}
	for _, dir := range b.backups() {
		if strings.HasSuffix(dir, ".new") {
			t.Errorf("half a backup is left: %s", dir)
		}
	}
}

// The root of a volume can be emptied, but not removed.
func TestVolumeOfASecondServiceIsRestored(t *testing.T) {
	lab.Long(t)
	b := newBench(t)
	file := b.Path("compose.yaml")
	b.write(file, twoServices+"x-safeport: {backup: [/stock]}\n")
	b.must(0, "install", file)
	stock := b.mountpoint("shop_stock")
	b.write(filepath.Join(stock, "count"), "1")
	if err := os.Mkdir(filepath.Join(stock, "shelf"), 0o700); err != nil {
		t.Fatal(err)
	}
	b.write(file, strings.ReplaceAll(twoServices, "8000:8000", "8001:8000")+"x-safeport: {backup: [/stock]}\n")
	b.must(0, "upgrade", "shop", "--backup")
	b.write(filepath.Join(stock, "count"), "2")
	b.write(filepath.Join(stock, "shelf", "more"), "3")
	b.must(0, "rollback", "shop", "--restore")
	b.holds(filepath.Join(stock, "count"), "1")
	b.holds(filepath.Join(stock, "shelf", "more"), "")
}
