package backup

import (
	"archive/tar"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/moby/moby/api/types/container"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/release/engine"
	"github.com/safeport/safeport/internal/release/journal"
)

// owners tells whose the files at a path of a container are. In the archives that Podman makes, all belong to the user that
// the container runs as ("podman cp" wants them so; seen in 4.3), and a database whose files have become root's does not
// start any more. So it is looked up on the host.
type owners struct {
	root  *os.Root // the mount that the path is in, or is
	below string   // the path in it
	// Of an engine that runs as a user: what is his is root's in its containers. Other users of a container have numbers
	// here that only the engine can translate. Both are 0 of root's engine, for which they are the same inside and outside.
	uid, gid uint32
}

// ownersOf looks at the owners of all files at a path, which is in the mount. The error says why they cannot be known.
func ownersOf(e *engine.Engine, c container.InspectResponse, m *container.MountPoint, path string) (*owners, error) {
	switch mode := c.HostConfig.UsernsMode; {
	case mode != "" && !mode.IsHost():
		return nil, message.Errorf("container %s has its own user namespace", c.Name[1:])
	case !strings.HasPrefix(e.Endpoint, "unix://"):
		return nil, message.Errorf("the user of the engine at %s is unknown", e.Endpoint)
	}
	o := &owners{below: filepath.Join(".", strings.TrimPrefix(path, m.Destination)), uid: e.Uid, gid: e.Gid}
	dir := m.Source
	info, err := os.Stat(dir)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		dir, o.below = filepath.Dir(dir), filepath.Base(dir)
	}
	if o.root, err = os.OpenRoot(dir); err != nil {
		return nil, err
	}
	err = fs.WalkDir(o.root.FS(), o.below, func(file string, _ fs.DirEntry, err error) error {
		if err == nil {
			_, _, err = o.of(file)
		}
		return err
	})
	if err != nil {
		o.root.Close()
		return nil, err
	}
	return o, nil
}

// signed is the archive of a part with the owners in it.
func signed(ctx context.Context, e *engine.Engine, p *journal.Part, archive io.Reader) (io.ReadCloser, error) {
	c, ok, err := e.Inspect(ctx, p.Container)
	if err != nil || !ok {
		return nil, errors.Join(err, message.Errorf("looking for the data of container %s", p.Container))
	}
	m, _ := mountAt(c, p.Path)
	if m == nil {
		return nil, message.Errorf("%s is not in a volume", p.Path)
	}
	o, err := ownersOf(e, c, m, p.Path)
	if err != nil {
		return nil, err
	}
	signed, w := io.Pipe()
	go func() {
		defer o.root.Close()
		w.CloseWithError(o.sign(tar.NewWriter(w), tar.NewReader(archive)))
	}()
	return signed, nil
}

// of are the owner and the group of a file, by its path in the mount, as the container knows them.
func (o *owners) of(file string) (uid, gid int, err error) {
	info, err := o.root.Lstat(file)
	if err != nil {
		return 0, 0, err
	}
	is := info.Sys().(*syscall.Stat_t)
	switch {
	case o.uid == 0:
		return int(is.Uid), int(is.Gid), nil
	case is.Uid == o.uid && is.Gid == o.gid:
		return 0, 0, nil
	}
	return 0, 0, message.Errorf("%s belongs to user %d, group %d of the host", file, is.Uid, is.Gid)
}

// sign copies an archive of the path, and writes the owners into it.
func (o *owners) sign(to *tar.Writer, from *tar.Reader) error {
	for {
		h, err := from.Next()
		if err == io.EOF {
			return to.Close()
		}
		if err != nil {
			return err
		}
		_, inside, _ := strings.Cut(path.Clean(h.Name), "/") // after the name of the path itself
		if h.Uid, h.Gid, err = o.of(filepath.Join(o.below, inside)); err != nil {
			return err
		}
		h.Uname, h.Gname, h.Format = "", "", tar.FormatUnknown
		if err := to.WriteHeader(h); err != nil {
			return err
		}
		if _, err := io.Copy(to, from); err != nil {
			return err
		}
	}
}
