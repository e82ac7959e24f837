package journal

import (
	"cmp"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/safeport/safeport/internal/message"
)

// BackupSchema names the shape of a backup's list of contents.
const BackupSchema = "safeport/backup/v1"

// Backup is a copy of a release's data: a directory of its own under the state directory, with one archive a path and a
// list of them. The directory has its name when all of it is on the disk, and not before.
type Backup struct {
	Schema   string    `json:"schema"` // always [BackupSchema]
	Instance string    `json:"instance"`
	Release  int       `json:"release"`
	Version  string    `json:"version"`
	Created  time.Time `json:"created"`
	Parts    []Part    `json:"parts"`
	Undone   bool      `json:"undone,omitempty"` // what a release had made of the data that was undone; no rollback takes it by itself

	Dir string `json:"-"`
}

// Part is the copy of one path of one container.
type Part struct {
	Container string `json:"container"` // its id, which no other release's container will ever have
	Path      string `json:"path"`      // in the container
	File      string `json:"file"`      // in the backup's directory: a tar archive, compressed by zstd
	Size      int64  `json:"size"`      // bytes of the archive
	Stored    int64  `json:"stored"`    // bytes of the file
	SHA256    string `json:"sha256"`    // of the file, in hexadecimal
}

// Unfinished ends the name of a backup's directory until all of it is on the disk.
const Unfinished = ".new"

const BackupList = "backup.json"

func (s *Store) BackupDir(name string) string { return filepath.Join(s.Dir, "backups", name) }

// BackupName names a copy of a release's data, so that a person sees what it is of.
func BackupName(instance string, number int, now time.Time) string {
	return Aside(instance, number) + "-" + now.UTC().Format("20060102T150405.000")
}

// Name is the name of a backup in the journal; empty for none.
func (b *Backup) Name() string {
	if b == nil {
		return ""
	}
	return filepath.Base(b.Dir)
}

// Stored is how much of the disk a backup takes, in bytes.
func (b *Backup) Stored() (sum int64) {
	for _, p := range b.Parts {
		sum += p.Stored
	}
	return sum
}

// Size is how much it is unpacked, in bytes.
func (b *Backup) Size() (sum int64) {
	for _, p := range b.Parts {
		sum += p.Size
	}
	return sum
}

// Of says whether the data was that of the release. The number alone does not tell: it is given anew when the instance is
// removed and installed again.
func (b *Backup) Of(r *Release) bool {
	return !b.Undone && !slices.ContainsFunc(b.Parts, func(p Part) bool {
		return !slices.ContainsFunc(r.Containers, func(c Container) bool { return c.ID == p.Container })
	})
}

// Backups are the whole backups of an instance, the oldest first.
func (s *Store) Backups(instance string) ([]Backup, error) {
	entries, err := os.ReadDir(s.BackupDir(""))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, message.Errorf("looking for backups: %w", err)
	}
	var list []Backup
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), instance+"-r") || strings.HasSuffix(e.Name(), Unfinished) {
			continue
		}
		b, err := s.Backup(e.Name())
		if err != nil {
			return nil, err
		}
		if b != nil && b.Instance == instance {
			list = append(list, *b)
		}
	}
	slices.SortFunc(list, func(a, b Backup) int { return cmp.Or(a.Created.Compare(b.Created), cmp.Compare(a.Dir, b.Dir)) })
	return list, nil
}

// Backup reads the list of one backup's contents; nil when it is not there, or not whole.
func (s *Store) Backup(name string) (*Backup, error) {
	dir := s.BackupDir(name)
	data, err := os.ReadFile(filepath.Join(dir, BackupList))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	b := &Backup{Dir: dir}
	if err == nil {
		err = json.Unmarshal(data, b)
	}
	if err == nil && b.Schema != BackupSchema {
		err = message.Errorf("it has the schema %q", b.Schema)
	}
	if err != nil {
		return nil, message.Errorf("reading the backup %s: %w", dir, err)
	}
	return b, nil
}

// RemoveBackup removes a backup, whole or not. It loses its name first: half of one is none.
func (s *Store) RemoveBackup(name string) error {
	dir := s.BackupDir(name)
	err := os.RemoveAll(dir + Unfinished)
	if err == nil {
		err = os.Rename(dir, dir+Unfinished)
	}
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		err = os.RemoveAll(dir + Unfinished)
	}
	if err != nil {
		return message.Errorf("removing the backup: %w", err)
	}
	return nil
}

// backupNames are what backupName makes, with the instance in it: what is not whole has nothing else to tell it by.
var backupNames = regexp.MustCompile(`^(.+)-r\d+-\d{8}T\d{6}\.\d{3}$`)

// RemoveBackups removes all that there is of an instance's backups, also what a run was killed at.
func (s *Store) RemoveBackups(instance string) error {
	whole, halves, err := s.BackupsOf(instance)
	for _, name := range append(whole, halves...) {
		if err == nil {
			err = s.RemoveBackup(name)
		}
	}
	return err
}

// RemoveHalves removes what runs that were killed have left of backups that were never whole.
func (s *Store) RemoveHalves(instance string) error {
	_, halves, err := s.BackupsOf(instance)
	for _, name := range halves {
		if err == nil {
			err = os.RemoveAll(s.BackupDir(name) + Unfinished)
		}
	}
	return err
}

// BackupsOf are the names of an instance's backups, and of those that are not whole.
func (s *Store) BackupsOf(instance string) (whole, halves []string, err error) {
	entries, err := os.ReadDir(s.BackupDir(""))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, nil, message.Errorf("looking for backups: %w", err)
	}
	for _, e := range entries {
		name, half := strings.CutSuffix(e.Name(), Unfinished)
		if is := backupNames.FindStringSubmatch(name); is == nil || is[1] != instance {
			continue
		}
		if half {
			halves = append(halves, name)
		} else {
			whole = append(whole, name)
		}
	}
	return whole, halves, nil
}

// BackupStatus is a backup as it is told to people and programs.
type BackupStatus struct {
	Path    string    `json:"path"`
	Release int       `json:"release"` // whose data it is
	Version string    `json:"version"`
	Created time.Time `json:"created"`
	Bytes   int64     `json:"bytes"` // on the disk
}

// Kept tells which backups there are of an instance, the oldest first.
func (s *Store) Kept(instance string) ([]BackupStatus, error) {
	list, err := s.Backups(instance)
	told := []BackupStatus{}
	for _, b := range list {
		told = append(told, BackupStatus{b.Dir, b.Release, b.Version, b.Created, b.Stored()})
	}
	return told, err
}
