package journal

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/docker/go-units"
	"golang.org/x/sys/unix"

	"github.com/safeport/safeport/internal/message"
)

// Copy is data that is to be copied before a change.
type Copy struct {
	Container string // its id
	Path      string // in the container
	Size      int64  // bytes, as far as they could be counted
}

const (
	// ArchiveEntry is what an entry takes in an archive besides its content, rounded up to blocks.
	ArchiveEntry = 1 << 10
	// spare is what must stay free for the journal, and for everybody else on the disk.
	spare = 64 << 20
)

// Room refuses copies that the disk may not hold, twice: if the change is undone, what it had made of the data is copied too. It is
// asked before anything is changed.
func (s *Store) Room(list []Copy) error {
	var need int64
	for _, c := range list {
		need += c.Size
	}
	dir := s.BackupDir("")
	for _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) && dir != filepath.Dir(dir); _, err = os.Stat(dir) {
		dir = filepath.Dir(dir)
	}
	var disk unix.Statfs_t
	if err := unix.Statfs(dir, &disk); err != nil {
		return message.Errorf("checking free space in %s: %w", dir, err)
	}
	if free := int64(disk.Bavail) * disk.Bsize; free < 2*need+spare {
		return &RefusedError{
			Reason: message.Say("backup and rollback require twice the data size (%s), but %s has only %s free", units.HumanSize(float64(need)), dir, units.HumanSize(float64(free))),
			Hint:   message.Say("free up space or use another --state-dir; to skip the backup, add --no-backup"),
		}
	}
	return nil
}

// PathsOf are the paths of the copies, each once.
func PathsOf(list []Copy) []string {
	var paths []string
	for _, c := range list {
		if !slices.Contains(paths, c.Path) {
			paths = append(paths, c.Path)
		}
	}
	return paths
}
