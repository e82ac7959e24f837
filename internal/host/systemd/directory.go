package systemd

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"

	"golang.org/x/sys/unix"
)

// How many entries of directories are listed for one systemd. A host has some hundred units, and a node of Kubernetes a
// few thousand of passing ones; a user may have made any number of files.
const (
	maxEntries     = 1 << 16
	maxUserEntries = 1 << 12
)

// readDir lists a directory by name. That one is not there means nothing, as most are not; another reason why it cannot be
// listed is kept.
func (m *Manager) readDir(path string) []fs.DirEntry {
	entries, err := m.listDir(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, unix.ENOTDIR) {
		m.unlisted = cmp.Or(m.unlisted, err)
	}
	return entries
}

func (m *Manager) listDir(path string) ([]fs.DirEntry, error) {
	dir, err := os.OpenFile(path, unix.O_DIRECTORY, 0) // a pipe in its place would be waited for
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	entries, err := dir.ReadDir(m.room + 1)
	if errors.Is(err, io.EOF) {
		err = nil // it is empty
	}
	if len(entries) > m.room {
		entries, err = entries[:m.room], fmt.Errorf("listing %s: too many files", path)
	}
	m.room -= len(entries)
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return cmp.Compare(a.Name(), b.Name()) })
	return entries, err
}
