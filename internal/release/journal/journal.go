package journal

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/safeport/safeport/internal/message"
)

// Store keeps one journal file an instance, readable by the user alone: settings may hold passwords.
type Store struct{ Dir string }

const RootsState = "/var/lib/safeport"

// StateDir is where journals are kept when the user names no directory: with the system's state for root, and the user's
// own otherwise (XDG Base Directory Specification).
func StateDir(lookupEnv func(string) (string, bool)) string {
	if os.Geteuid() == 0 {
		return RootsState
	}
	if dir, ok := lookupEnv("XDG_STATE_HOME"); ok && filepath.IsAbs(dir) {
		return filepath.Join(dir, "safeport")
	}
	home, _ := os.UserHomeDir()
	return filepath.Join(home, ".local", "state", "safeport")
}

// OpenStore opens the directory. It is made when something is written first: to look leaves nothing behind.
func OpenStore(dir string) *Store { return &Store{dir} }

func (s *Store) Path(instance string) string { return filepath.Join(s.Dir, instance+".json") }

// make makes the directory. One that is there already is left as it is, and refused if somebody else could put files or links
// into it: it may be anybody's, as /tmp is.
func (s *Store) make() error {
	info, err := os.Lstat(s.Dir)
	if errors.Is(err, fs.ErrNotExist) {
		if err := os.MkdirAll(filepath.Dir(s.Dir), 0o755); err != nil {
			return message.Errorf("creating the state directory: %w", err)
		}
		if err := os.Mkdir(s.Dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
			return message.Errorf("creating the state directory: %w", err)
		}
		info, err = os.Lstat(s.Dir)
	}
	if err != nil {
		return message.Errorf("reading the state directory: %w", err)
	}
	if err := s.owned(info); err != nil {
		return err
	}
	if info, err = os.Stat(s.Dir); err != nil { // the other end of a link
		return message.Errorf("reading the state directory: %w", err)
	}
	switch err := s.owned(info); {
	case err != nil:
		return err
	case !info.IsDir():
		return message.Errorf("state directory %s is not a directory", s.Dir)
	case info.Mode()&0o022 != 0:
		return message.Errorf("state directory %s is writable by others: run chmod go-w, or use another --state-dir", s.Dir)
	}
	return nil
}

// owned refuses what belongs to somebody else than the user.
func (s *Store) owned(info fs.FileInfo) error {
	if uid := int(info.Sys().(*syscall.Stat_t).Uid); uid != os.Geteuid() {
		return message.Errorf("state directory %s belongs to user %d, but safeport runs as user %d", s.Dir, uid, os.Geteuid())
	}
	return nil
}

// Logs is the directory for what runs have told. It is made.
func (s *Store) Logs() (string, error) {
	dir := filepath.Join(s.Dir, "logs")
	if err := s.make(); err != nil {
		return "", err
	}
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return "", err
	}
	return dir, nil
}

// OpenOwn opens a file of the state directory, and no link in its place, nor what is no file.
func OpenOwn(path string, flags int) (*os.File, error) {
	f, err := os.OpenFile(path, flags|unix.O_NOFOLLOW|unix.O_NONBLOCK|unix.O_CLOEXEC, 0o600)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = message.Errorf("%s is not a file", path)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// DamagedError is a journal that cannot be read. It has been left in place; [Store.SetAside] moves it out of the way.
type DamagedError struct {
	Path string
	Err  error
}

func (e *DamagedError) Error() string {
	return e.In(message.English)
}

// In is the damage in a language.
func (e *DamagedError) In(l message.Language) string {
	return l.Sprintf("journal %s is damaged: %v", e.Path, e.Err)
}
func (e *DamagedError) Unwrap() error { return e.Err }

// NewerError is a journal that a newer safeport has written. This one leaves it, and the instance, alone.
type NewerError struct{ Path, Schema string }

func (e *NewerError) Error() string { return e.In(message.English) }

// In is the error in a language.
func (e *NewerError) In(l message.Language) string {
	return l.Sprintf("journal %s has schema %q, written by a newer safeport", e.Path, e.Schema)
}

// mostJournal bounds what is read: a journal holds a few Compose files.
const mostJournal = 64 << 20

// second is the name of a journal's copy. It is written after the journal itself and stands in for one that is damaged, but not
// for one that was removed.
func second(path string) string { return path + ".copy" }

// Load reads the journal of an instance; nil when there is none. A [*DamagedError] when it makes no sense; the record is that of
// its copy then, or nil when that makes none either.
func (s *Store) Load(instance string) (*Record, error) {
	path := s.Path(instance)
	record, err := load(path, instance)
	var damaged *DamagedError
	if errors.As(err, &damaged) {
		record, _ = load(second(path), instance) // that the copy is damaged too adds nothing
	}
	return record, err
}

func load(path, instance string) (*Record, error) {
	f, err := OpenOwn(path, os.O_RDONLY)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, message.Errorf("reading the journal: %w", err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, mostJournal))
	if err != nil {
		return nil, message.Errorf("reading the journal: %w", err)
	}
	return parse(data, path, instance)
}

// parse reads a journal's text.
func parse(data []byte, path, instance string) (*Record, error) {
	var r Record
	if err := json.Unmarshal(data, &r); err != nil {
		return nil, &DamagedError{path, err}
	}
	switch {
	case strings.HasPrefix(r.Schema, schemas) && r.Schema != Schema && r.Schema != schemaShared:
		return nil, &NewerError{path, r.Schema}
	case !strings.HasPrefix(r.Schema, schemas) || r.Instance != instance:
		return nil, &DamagedError{path, message.Errorf("it belongs to %q, schema %q", r.Instance, r.Schema)}
	case r.Sum != "" && r.Sum != sum(data, r.Sum):
		return nil, &DamagedError{path, message.Errorf("it was changed after it was written")}
	}
	if err := r.whole(); err != nil {
		return nil, &DamagedError{path, err}
	}
	r.Schema, r.Sum = Schema, ""
	return &r, nil
}

// sum is the SHA-256 of a journal in which zeros stand for the sum that is written in it.
func sum(data []byte, written string) string {
	of := sha256.Sum256(withSum(data, written, noSum))
	return hex.EncodeToString(of[:])
}

// withSum puts a sum in another's place.
func withSum(data []byte, old, now string) []byte {
	const sumField = `"sum": "`
	i := bytes.LastIndex(data, []byte(sumField+old))
	if i < 0 {
		return data
	}
	return slices.Concat(data[:i], []byte(sumField+now), data[i+len(sumField)+len(old):])
}

var noSum = strings.Repeat("0", 2*sha256.Size)

// SetAside keeps a damaged journal under another name, which it returns.
func (s *Store) SetAside(instance string) (string, error) {
	path := s.Path(instance)
	to := path + ".damaged-" + time.Now().UTC().Format("20060102T150405")
	if err := os.Rename(path, to); err != nil {
		return "", message.Errorf("moving the damaged journal: %w", err)
	}
	return to, s.sync()
}

// Save writes the journal so that after a power cut either the old or the new one is there, whole: to another file, synced
// before it takes the name, and the directory synced after.
func (s *Store) Save(r *Record) error {
	if err := s.save(r); err != nil {
		return message.Errorf("writing the journal of %s: %w", r.Instance, err)
	}
	return nil
}

func (s *Store) save(r *Record) error {
	data, err := text(r)
	if err != nil {
		return err
	}
	if err := s.make(); err != nil {
		return err
	}
	path := s.Path(r.Instance)
	if err := s.replace(path, data); err != nil {
		return err
	}
	return s.replace(second(path), data)
}

// text is a journal as it is written, with its sum.
func text(r *Record) ([]byte, error) {
	summed := *r
	summed.Sum = noSum
	if slices.ContainsFunc(r.Releases, func(x Release) bool { return len(x.Kept()) > 0 }) {
		summed.Schema = schemaShared
	}
	data, err := json.MarshalIndent(summed, "", "  ")
	if err != nil {
		return nil, err
	}
	data = append(data, '\n')
	return withSum(data, noSum, sum(data, noSum)), nil
}

// replace gives a file a new content, all at once.
func (s *Store) replace(path string, data []byte) error {
	// One name, not a random one: the lock keeps writers apart, and what a crash left is removed.
	name := path + ".new"
	if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	temp, err := OpenOwn(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY)
	if err != nil {
		return err
	}
	_, err = temp.Write(data)
	if err := errors.Join(err, temp.Sync(), temp.Close()); err != nil {
		return errors.Join(err, os.Remove(name)) // half a file would take the room that is wanting
	}
	if err := os.Rename(name, path); err != nil {
		return err
	}
	return s.sync()
}

// Remove forgets an instance. The journal itself goes last of what counts.
func (s *Store) Remove(instance string) error {
	path := s.Path(instance)
	for _, name := range []string{second(path), second(path) + ".new", path + ".new", path} {
		if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return message.Errorf("removing the journal: %w", err)
		}
	}
	if err := s.sync(); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// Forget removes the journal of an instance and what was damaged of it.
func (s *Store) Forget(instance string) error {
	list, err := s.Damaged(instance)
	for _, path := range list {
		err = errors.Join(err, os.Remove(path))
	}
	return errors.Join(err, s.Remove(instance))
}

// Damaged are the damaged journals of an instance that were kept.
func (s *Store) Damaged(instance string) ([]string, error) {
	entries, err := os.ReadDir(s.Dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var list []string
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), instance+".json.damaged-") {
			list = append(list, filepath.Join(s.Dir, e.Name()))
		}
	}
	return list, err
}

func (s *Store) sync() error {
	dir, err := os.Open(s.Dir)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// Instances are the names of the instances that have a journal, sorted.
func (s *Store) Instances() ([]string, error) {
	entries, err := os.ReadDir(s.Dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var names []string
	for _, e := range entries {
		if name, ok := strings.CutSuffix(e.Name(), ".json"); ok {
			names = append(names, name)
		}
	}
	return names, err
}
