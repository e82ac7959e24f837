package backup

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path"
	"path/filepath"

	"github.com/klauspost/compress/zstd"
	"github.com/moby/moby/client"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/release/engine"
	"github.com/safeport/safeport/internal/release/journal"
)

// PutData makes the paths of a backup what they were, in containers that do not run. It can be broken off and done again.
// Nothing is removed before the copy has been read through.
func PutData(ctx context.Context, e *engine.Engine, b *journal.Backup, progress journal.Progress) error {
	if err := Verify(ctx, b); err != nil {
		return err
	}
	moved := progress.Counted(b.Name(), b.Size())
	for _, p := range b.Parts {
		c, ok, err := e.Inspect(ctx, p.Container)
		switch {
		case err != nil:
			return err
		case !ok:
			return message.Errorf("restoring %s: its container %s is gone", p.Path, p.Container)
		case c.State.Running:
			return message.Errorf("restoring %s: container %s is running", p.Path, c.Name[1:])
		}
		if err = clearPath(ctx, e, p); err == nil {
			err = copyIn(ctx, e, p, filepath.Join(b.Dir, p.File), moved)
		}
		if err != nil {
			return message.Errorf("restoring %s: %w", p.Path, err)
		}
	}
	return nil
}

func copyIn(ctx context.Context, e *engine.Engine, p journal.Part, file string, moved func(int)) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	unpacked, err := zstd.NewReader(f)
	if err != nil {
		return err
	}
	defer unpacked.Close()
	_, err = e.Api.CopyToContainer(ctx, p.Container, client.CopyToContainerOptions{
		DestinationPath: path.Dir(p.Path), Content: io.TeeReader(unpacked, &journal.Counter{Tell: moved}), AllowOverwriteDirWithFile: true,
	})
	return err
}

// clearPath removes what is at a path of a container: a database takes files of a newer version among its own for damage. The
// engine has no call for it, but a directory gives way to a file of its name with all that is in it. Where a volume is
// mounted the directory itself cannot go, and the engine says so after it has emptied it. So what it says is not what
// counts: it is looked at.
func clearPath(ctx context.Context, e *engine.Engine, p journal.Part) error {
	var archive bytes.Buffer
	w := tar.NewWriter(&archive)
	err := w.WriteHeader(&tar.Header{Name: path.Base(p.Path), Typeflag: tar.TypeReg, Mode: 0o600})
	if err := errors.Join(err, w.Close()); err != nil {
		return err
	}
	_, refused := e.Api.CopyToContainer(ctx, p.Container, client.CopyToContainerOptions{
		DestinationPath: path.Dir(p.Path), Content: &archive, AllowOverwriteDirWithFile: true,
	})
	err = isClear(ctx, e, p)
	if err != nil {
		return message.Errorf("removing the current data: %w", errors.Join(refused, err))
	}
	return nil
}

// isClear says whether a path is an empty directory or an empty file.
func isClear(ctx context.Context, e *engine.Engine, p journal.Part) error {
	res, err := e.Api.CopyFromContainer(ctx, p.Container, client.CopyFromContainerOptions{SourcePath: p.Path})
	if err != nil {
		return err
	}
	defer res.Content.Close()
	left := tar.NewReader(res.Content)
	first, err := left.Next()
	if err != nil {
		return err
	}
	if first.Size > 0 {
		return message.Errorf("%s still holds %d bytes", p.Path, first.Size)
	}
	switch second, err := left.Next(); {
	case err == io.EOF:
		return nil
	case err != nil:
		return err
	default:
		return message.Errorf("%s is still there", second.Name)
	}
}
