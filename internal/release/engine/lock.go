package engine

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"github.com/moby/moby/client"
	"golang.org/x/sys/unix"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/release/journal"
)

// lockPlaces are where everybody may make a directory, and which a boot empties. The first that is such a place is taken, so that all
// users of a host take the same.
func lockPlaces() []string { return []string{"/run/lock", "/dev/shm", "/tmp"} }

// LockFile opens the lock of an instance of this engine. Root and the members of the group that may use the engine's socket take
// the same one, whatever their state directories are: its directory belongs to that group, which nobody can give to a directory who
// is not of it.
func (e *Engine) LockFile(ctx context.Context, instance string) (*os.File, error) {
	group, key, err := e.identity(ctx)
	if err != nil {
		return nil, err
	}
	dir, err := sharedDir(lockPlaces(), group)
	if err != nil {
		return nil, err
	}
	path := filepath.Join(dir, key+"-"+instance+".lock")
	file, err := journal.OpenOwn(path, os.O_CREATE|os.O_RDWR)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err == nil && info.Sys().(*syscall.Stat_t).Uid == uint32(os.Geteuid()) {
		err = errors.Join(file.Chown(-1, group), file.Chmod(0o660))
	}
	if err != nil {
		file.Close()
		return nil, err
	}
	return file, nil
}

// identity is the group of those who may use the engine, and a name for the engine. Docker has an id of its own; Podman's is another at each question, and so it is known by its socket.
func (e *Engine) identity(ctx context.Context) (group int, key string, err error) {
	group = os.Getegid()
	name := e.Endpoint
	if path, ok := strings.CutPrefix(e.Endpoint, "unix://"); ok {
		if path, err = filepath.EvalSymlinks(path); err != nil {
			return 0, "", err
		}
		info, err := os.Stat(path)
		if err != nil {
			return 0, "", err
		}
		group, name = int(info.Sys().(*syscall.Stat_t).Gid), path
	}
	if !e.Podman {
		info, err := e.Api.Info(ctx, client.InfoOptions{})
		if err != nil {
			return 0, "", message.Errorf("connecting to the engine at %s: %w", e.Endpoint, err)
		}
		// The id alone is not enough: in Docker 20.10 it is that of the host's key, which several engines of a host share.
		if info.Info.ID != "" {
			name = info.Info.ID + " " + info.Info.DockerRootDir
		}
	}
	sum := sha256.Sum256([]byte(name))
	return group, hex.EncodeToString(sum[:8]), nil
}

// sharedDir makes the directory of a group's locks, or makes sure that the one that is there is the group's. What another user has put in its
// place is never opened: he could keep its lock for ever, and whoever changes something would wait for him.
func sharedDir(places []string, group int) (string, error) {
	for _, place := range places {
		info, err := os.Stat(place)
		if err != nil || info.Mode()&fs.ModeSticky == 0 || info.Mode()&0o002 == 0 {
			continue
		}
		dir := filepath.Join(place, "safeport-"+strconv.Itoa(group))
		if err := os.Mkdir(dir, 0o700); err == nil {
			if err := errors.Join(os.Chown(dir, -1, group), os.Chmod(dir, 0o770)); err != nil {
				return "", errors.Join(err, os.Remove(dir))
			}
		} else if !errors.Is(err, fs.ErrExist) {
			return "", err
		}
		is, err := os.Lstat(dir)
		if err != nil {
			return "", err
		}
		owner := is.Sys().(*syscall.Stat_t)
		switch {
		case !is.IsDir(), is.Mode()&0o002 != 0, int(owner.Gid) != group, owner.Uid != 0 && group == 0:
			return "", message.Errorf("%s must belong to group %d and not be writable by others: remove it", dir, group)
		}
		return dir, unix.Access(dir, unix.W_OK)
	}
	return "", message.Errorf("no lock directory is shared by all users")
}
