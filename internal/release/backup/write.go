package backup

import (
	"archive/tar"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"

	"github.com/klauspost/compress/zstd"
	"github.com/moby/moby/client"
	"golang.org/x/sys/unix"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/release/engine"
	"github.com/safeport/safeport/internal/release/journal"
)

// FinishBackup writes the list of contents and gives the directory its name.
func FinishBackup(b *journal.Backup, name string) error {
	data, err := json.MarshalIndent(b, "", "  ")
	if err != nil {
		return err
	}
	f, err := os.OpenFile(filepath.Join(b.Dir, journal.BackupList), os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(append(data, '\n'))
	if err := errors.Join(err, f.Sync(), f.Close(), journal.SyncDir(b.Dir)); err != nil {
		return err
	}
	if err := os.Rename(b.Dir, name); err != nil {
		return err
	}
	b.Dir = name
	return journal.SyncDir(filepath.Dir(name))
}

// atOnce is how much of the engine's archive is read at once. With the usual 32 KiB the engine waits for us half of the time.
const atOnce = 1 << 20

// CopyOut writes a path of a container to a file, as the engine's archive of it: owners and modes are those in the
// container. The engine reads volumes and bind mounts of a stopped container too (Docker from 1.8 on).
func CopyOut(ctx context.Context, e *engine.Engine, p *journal.Part, file string, progress func(int)) error {
	res, err := e.Api.CopyFromContainer(ctx, p.Container, client.CopyFromContainerOptions{SourcePath: p.Path})
	if err != nil {
		return message.Errorf("requesting it from the engine: %w", err)
	}
	defer res.Content.Close()
	content := res.Content
	if e.Podman {
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
	stored := &journal.Counter{Tell: func(int) {}}
	// A service waits for it. The level after this one takes twice as long, and is no smaller for what a database has.
	packed, err := zstd.NewWriter(io.MultiWriter(f, sum, stored), zstd.WithEncoderLevel(zstd.SpeedFastest))
	if err != nil {
		return err
	}
	read := &journal.Counter{Tell: progress}
	_, err = io.CopyBuffer(io.MultiWriter(packed, read), content, make([]byte, atOnce))
	if err := errors.Join(err, packed.Close(), f.Sync()); err != nil {
		return err
	}
	p.Size, p.Stored, p.SHA256 = read.N, stored.N, hex.EncodeToString(sum.Sum(nil))
	// What is read back is to come from the disk, and not from memory.
	_ = unix.Fadvise(int(f.Fd()), 0, 0, unix.FADV_DONTNEED) // it is advice, and read back it is all the same
	return nil
}

// VerifyPart reads a part from its beginning to its end: it must be what was written, and a whole archive.
func VerifyPart(ctx context.Context, b *journal.Backup, p journal.Part) error {
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
	size := &journal.Counter{Tell: func(int) {}}
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
	if got := hex.EncodeToString(sum.Sum(nil)); got != p.SHA256 || size.N != p.Size {
		return message.Errorf("%s was changed: its SHA-256 is %s instead of %s", f.Name(), got, p.SHA256)
	}
	return nil
}

// Verify makes sure that all of a backup is there, and is what was written.
func Verify(ctx context.Context, b *journal.Backup) error {
	for _, p := range b.Parts {
		if err := VerifyPart(ctx, b, p); err != nil {
			return err
		}
	}
	return nil
}
