package release

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"safeport/internal/message"
)

// Store keeps one journal file an instance, readable by the user alone: settings may hold passwords.
type Store struct{ dir string }

const rootsState = "/var/lib/safeport"

// StateDir is where journals are kept when the user names no directory: with the system's state for root, and the user's
// own otherwise (XDG Base Directory Specification).
func StateDir(lookupEnv func(string) (string, bool)) string {
	if os.Geteuid() == 0 {
		return rootsState
	}
	if dir, ok := lookupEnv("XDG_STATE_HOME"); ok && filepath.IsAbs(dir) {
		return filepath.Join(dir, "safeport")
	}
	home, _ := os.UserHomeDir()
	return filepath.Join(home, ".local", "state", "safeport")
}

// OpenStore opens the directory. It is made when something is written first: to look leaves nothing behind.
func OpenStore(dir string) *Store { return &Store{dir} }

func (s *Store) path(instance string) string { return filepath.Join(s.dir, instance+".json") }

// make makes the directory, or closes one that others can read.
func (s *Store) make() error {
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return message.Errorf("making the state directory: %w", err)
	}
	if err := os.Chmod(s.dir, 0o700); err != nil {
		return message.Errorf("closing the state directory to others: %w", err)
	}
	return nil
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
	return l.Sprintf("the journal %s is damaged: %v", e.Path, e.Err)
}
func (e *DamagedError) Unwrap() error { return e.Err }

// Load reads the journal of an instance; nil when there is none. A [*DamagedError] when it makes no sense.
func (s *Store) Load(instance string) (*Record, error) {
	path := s.path(instance)
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, message.Errorf("reading the journal: %w", err)
	}
	var r Record
	if err := json.Unmarshal(data, &r); err != nil {
		return nil, &DamagedError{path, err}
	}
	if r.Schema != Schema || r.Instance != instance {
		return nil, &DamagedError{path, message.Errorf("it is of %q, with the schema %q", r.Instance, r.Schema)}
	}
	return &r, nil
}

// SetAside keeps a damaged journal under another name, which it returns.
func (s *Store) SetAside(instance string) (string, error) {
	path := s.path(instance)
	to := path + ".damaged-" + time.Now().UTC().Format("20060102T150405")
	if err := os.Rename(path, to); err != nil {
		return "", message.Errorf("setting the damaged journal aside: %w", err)
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
	data, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	if err := s.make(); err != nil {
		return err
	}
	path := s.path(r.Instance)
	// One name, not a random one: the lock keeps writers apart, and what a crash left is overwritten.
	temp, err := os.OpenFile(path+".new", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = temp.Write(append(data, '\n'))
	if err := errors.Join(err, temp.Sync(), temp.Close()); err != nil {
		return errors.Join(err, os.Remove(temp.Name())) // half a file would take the room that is wanting
	}
	if err := os.Rename(temp.Name(), path); err != nil {
		return err
	}
	return s.sync()
}

// Remove forgets an instance.
func (s *Store) Remove(instance string) error {
	if err := os.Remove(s.path(instance)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return message.Errorf("removing the journal: %w", err)
	}
	return s.sync()
}

func (s *Store) sync() error {
	dir, err := os.Open(s.dir)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// Instances are the names of the instances that have a journal, sorted.
func (s *Store) Instances() ([]string, error) {
	entries, err := os.ReadDir(s.dir)
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
