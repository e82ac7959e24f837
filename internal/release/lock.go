package release

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"

	"safeport/internal/message"
)

// Lock keeps two runs from changing one instance at the same time. The kernel keeps it (flock) and lets go of it when the
// process ends, however it ends: it is never stale, whatever the file says.
type Lock struct{ file *os.File }

// Owner is who has a lock, as the file tells the one who waits.
type Owner struct {
	PID     int       `json:"pid"`
	Command string    `json:"command"`
	Since   time.Time `json:"since"`
}

func (o Owner) String() string { return o.In(message.English) }

// In is the owner in a language.
func (o Owner) In(l message.Language) string {
	if o.PID == 0 {
		return l.Sprintf("another run of safeport")
	}
	return l.Sprintf("%q (pid %d), since %s", o.Command, o.PID, o.Since.Local().Format("15:04:05"))
}

// lockPoll is how often a waiting run asks again. flock itself can only wait without an end.
const lockPoll = 100 * time.Millisecond

// Lock takes the lock of an instance. When another run has it, busy is told once by whom, and Lock waits for its end or
// the context's.
func (s *Store) Lock(ctx context.Context, instance, command string, busy func(Owner)) (*Lock, error) {
	if err := s.make(); err != nil {
		return nil, err
	}
	// The file stays when the lock goes: removing it would let a third run lock a new file beside one that still waits.
	file, err := os.OpenFile(filepath.Join(s.dir, instance+".lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, message.Errorf("opening the lock: %w", err)
	}
	l := &Lock{file}
	for told := false; ; told = true {
		err := unix.Flock(int(file.Fd()), unix.LOCK_EX|unix.LOCK_NB)
		if err == nil {
			if err := l.sign(command); err != nil {
				file.Close()
				return nil, err
			}
			return l, nil
		}
		if !errors.Is(err, unix.EWOULDBLOCK) {
			file.Close()
			return nil, message.Errorf("locking %s: %w", file.Name(), err)
		}
		if !told {
			busy(l.owner())
		}
		select {
		case <-ctx.Done():
			file.Close()
			return nil, message.Errorf("waiting for another run: %w", ctx.Err())
		case <-time.After(lockPoll):
		}
	}
}

// Release lets go of the lock.
func (l *Lock) Release() { l.file.Close() }

func (l *Lock) sign(command string) error {
	data, err := json.Marshal(Owner{os.Getpid(), command, time.Now().UTC()})
	if err == nil {
		err = l.file.Truncate(0)
	}
	if err == nil {
		_, err = l.file.WriteAt(append(data, '\n'), 0)
	}
	if err != nil {
		err = message.Errorf("signing the lock: %w", err)
	}
	return err
}

// owner reads who has the lock. One who has just taken it may not have signed yet.
func (l *Lock) owner() (o Owner) {
	data, err := io.ReadAll(io.NewSectionReader(l.file, 0, 4096))
	if err == nil {
		_ = json.Unmarshal(data, &o) // an unsigned lock is a lock all the same
	}
	return o
}
