package release

import (
	"archive/tar"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/docker/go-units"
	"github.com/klauspost/compress/zstd"
	"github.com/moby/moby/client"
	"golang.org/x/sys/unix"

	"github.com/safeport/safeport/internal/message"
)

// backup copies the data of the old release, which is stopped. Everything is written under another name, synced, and read
// back from the disk, before the backup gets its own.
func (c *change) backup(ctx context.Context) error {
	name := c.record.Pending.Backup
	b := &Backup{
		Schema: BackupSchema, Instance: c.record.Instance, Release: c.from.Number, Version: c.from.Version, Created: c.record.Pending.Since,
		Dir: c.Store.backupDir(name) + unfinished,
	}
	if err := c.copyAll(ctx, b, name, c.Copies); err != nil {
		return err
	}
	c.Say("copied %s to %s, where it takes %s", units.HumanSize(float64(b.size())), b.Dir, units.HumanSize(float64(b.stored())))
	return nil
}

// copyAll makes a backup of the parts, whose directory has its name when all of it is on the disk.
func (r *Runner) copyAll(ctx context.Context, b *Backup, name string, list []Copy) error {
	if err := os.MkdirAll(b.Dir, 0o700); err != nil {
		return message.Errorf("making a place for the backup: %w", err)
	}
	var total int64
	for _, s := range list {
		total += s.size
	}
	copied := r.Progress.counted(name, total)
	for i, s := range list {
		p := Part{Container: s.container, Path: s.path, File: fmt.Sprintf("%d.tar.zst", i+1)}
		err := copyOut(ctx, r.Engine, &p, filepath.Join(b.Dir, p.File), copied)
		if err == nil {
			err = verifyPart(ctx, b, p)
		}
		if err != nil {
			return message.Errorf("copying %s: %w", s.path, err)
		}
		b.Parts = append(b.Parts, p)
	}
	if err := finishBackup(b, r.Store.backupDir(name)); err != nil {
		return message.Errorf("writing the backup: %w", err)
	}
	return nil
}

// finishBackup writes the list of contents and gives the directory its name.
func finishBackup(b *Backup, name string) error {
	data, err := json.MarshalIndent(b, "", "  ")
	if err != nil {
		return err
	}
	f, err := os.OpenFile(filepath.Join(b.Dir, backupList), os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(append(data, '\n'))
	if err := errors.Join(err, f.Sync(), f.Close(), syncDir(b.Dir)); err != nil {
		return err
	}
	if err := os.Rename(b.Dir, name); err != nil {
		return err
	}
	b.Dir = name
	return syncDir(filepath.Dir(name))
}

// copyOut writes a path of a container to a file, as the engine's archive of it: owners and modes are those in the
// container. The engine reads volumes and bind mounts of a stopped container too (Docker from 1.8 on).
func copyOut(ctx context.Context, e *Engine, p *Part, file string, progress func(int)) error {
	res, err := e.api.CopyFromContainer(ctx, p.Container, client.CopyFromContainerOptions{SourcePath: p.Path})
	if err != nil {
		return message.Errorf("asking the engine for it: %w", err)
	}
	defer res.Content.Close()
	content := res.Content
	if e.podman {
		if content, err = signed(ctx, e, p, content); err != nil {
			return err
		}
		defer content.Close()
	}
	f, err := os.OpenFile(file, os.O_CREATE|os.O_TRUNC|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	sum := sha256.New()
	stored := &counter{tell: func(int) {}}
	packed, err := zstd.NewWriter(io.MultiWriter(f, sum, stored))
	if err != nil {
		return err
	}
	read := &counter{tell: progress}
	_, err = io.Copy(io.MultiWriter(packed, read), content)
	if err := errors.Join(err, packed.Close(), f.Sync()); err != nil {
		return err
	}
	p.Size, p.Stored, p.SHA256 = read.n, stored.n, hex.EncodeToString(sum.Sum(nil))
	// What is read back is to come from the disk, and not from memory.
	_ = unix.Fadvise(int(f.Fd()), 0, 0, unix.FADV_DONTNEED) // it is advice, and read back it is all the same
	return nil
}

// counter counts what is written to it.
type counter struct {
	n    int64
	tell func(int)
}

func (c *counter) Write(p []byte) (int, error) {
	c.n += int64(len(p))
	c.tell(len(p))
	return len(p), nil
}

// verifyPart reads a part from its beginning to its end: it must be what was written, and a whole archive.
func verifyPart(ctx context.Context, b *Backup, p Part) error {
	f, err := os.Open(filepath.Join(b.Dir, p.File))
	if err != nil {
		return err
	}
	defer f.Close()
	sum := sha256.New()
	unpacked, err := zstd.NewReader(io.TeeReader(f, sum))
	if err != nil {
		return err
	}
	defer unpacked.Close()
	size := &counter{tell: func(int) {}}
	whole := io.TeeReader(unpacked, size)
	archive := tar.NewReader(whole)
	for err == nil {
		if _, err = archive.Next(); err == nil {
			err = ctx.Err()
		}
	}
	if err == io.EOF {
		_, err = io.Copy(io.Discard, whole) // the padding after the archive's end
	}
	if err != nil {
		return message.Errorf("reading %s: %w", f.Name(), err)
	}
	if got := hex.EncodeToString(sum.Sum(nil)); got != p.SHA256 || size.n != p.Size {
		return message.Errorf("%s is not what was written: its SHA-256 is %s and not %s", f.Name(), got, p.SHA256)
	}
	return nil
}

// Verify makes sure that all of a backup is there, and is what was written.
func Verify(ctx context.Context, b *Backup) error {
	for _, p := range b.Parts {
		if err := verifyPart(ctx, b, p); err != nil {
			return err
		}
	}
	return nil
}

func syncDir(path string) error {
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
