package journal

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"

	"github.com/safeport/safeport/internal/message"
)

// Lock keeps two runs from changing one instance at the same time. The kernel keeps it (flock) and lets go of it when the
// process ends, however it ends: it is never stale, whatever the file says.
type Lock struct {
	files  []*os.File
	Shared *os.File // that of the engine; nil: it could not be had
}

// Owner is who has a lock, as the file tells the one who waits.
type Owner struct {
	PID     int       `json:"pid"`
	Command string    `json:"command"` // without secrets
	Since   time.Time `json:"since"`
}

func (o Owner) String() string { return o.In(message.English) }

// In is the owner in a language.
func (o Owner) In(l message.Language) string {
	if o.PID == 0 {
		return l.Sprintf("another safeport process")
	}
	return l.Sprintf("%q (PID %d), since %s", o.Command, o.PID, o.Since.Local().Format("15:04:05"))
}

// lockPoll is how often a waiting run asks again. flock itself can only wait without an end.
const lockPoll = 100 * time.Millisecond

// IsAt says whether an open file still has its name.
func IsAt(file *os.File, path string) bool {
	is, err1 := file.Stat()
	named, err2 := os.Lstat(path)
	return err1 == nil && err2 == nil && os.SameFile(is, named)
}

func (s *Store) LockFile(instance string) (*os.File, error) {
	if err := s.make(); err != nil {
		return nil, err
	}
	// The file stays when the lock goes: removing it would let a third run lock a new file beside one that still waits.
	file, err := OpenOwn(filepath.Join(s.Dir, instance+".lock"), os.O_CREATE|os.O_RDWR)
	if err != nil {
		return nil, message.Errorf("opening the lock: %w", err)
	}
	return file, nil
}

// Take takes the lock of a file. When another run has it, busy is told by whom, and it waits for its end or the context's.
func (l *Lock) Take(ctx context.Context, file *os.File, busy func(Owner)) error {
	for told := false; ; told = true {
		err := unix.Flock(int(file.Fd()), unix.LOCK_EX|unix.LOCK_NB)
		if err == nil {
			l.files = append(l.files, file)
			return sign(file)
		}
		if !errors.Is(err, unix.EWOULDBLOCK) {
			file.Close()
			return message.Errorf("locking %s: %w", file.Name(), err)
		}
		if !told {
			busy(owner(file))
		}
		select {
		case <-ctx.Done():
			file.Close()
			return message.Errorf("waiting for another run: %w", ctx.Err())
		case <-time.After(lockPoll):
		}
	}
}

// Release lets go of the lock. A run that took none has nothing to let go of.
func (l *Lock) Release() {
	if l == nil {
		return
	}
	if l.Shared != nil {
		_ = os.Remove(l.Shared.Name()) // while it is held; what stays harms nobody
	}
	for _, file := range l.files {
		file.Close()
	}
}

func sign(file *os.File) error {
	data, err := json.Marshal(Owner{os.Getpid(), commandLine(os.Args), time.Now().UTC()})
	if err == nil {
		err = file.Truncate(0)
	}
	if err == nil {
		_, err = file.WriteAt(append(data, '\n'), 0)
	}
	if err != nil {
		err = message.Errorf("writing the lock: %w", err)
	}
	return err
}

// owner reads who has the lock. One who has just taken it may not have signed yet.
func owner(file *os.File) (o Owner) {
	data, err := io.ReadAll(io.NewSectionReader(file, 0, 4096))
	if err == nil {
		_ = json.Unmarshal(data, &o) // an unsigned lock is a lock all the same
	}
	return o
}
