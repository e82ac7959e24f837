// Package regular reads files that somebody else may have put there: regular ones only, and no more of each than is asked
// for. A pipe would be waited for until somebody writes to it, a device might never end, and to open one may already do
// something.
package regular

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/safeport/safeport/internal/message"
)

// Open opens a regular file for reading. What the path leads to is held while it is looked at, and that is what is opened
// then, as a user may change his own files meanwhile.
func Open(path string) (*os.File, error) {
	return open(path, func(fs.FileMode, string) bool { return false })
}

// OpenStream opens a regular file, or a pipe without a name: one that this process was started with, as by "<(command)" of
// a shell, so that somebody has its other end.
func OpenStream(path string) (*os.File, error) {
	return open(path, func(mode fs.FileMode, target string) bool {
		return mode&fs.ModeNamedPipe != 0 && strings.HasPrefix(target, "pipe:")
	})
}

// open also opens what is no regular file and yet allowed; target is where the kernel's link to it leads.
func open(path string, allowed func(mode fs.FileMode, target string) bool) (*os.File, error) {
	held, err := os.OpenFile(path, unix.O_PATH, 0)
	if err != nil {
		return nil, err
	}
	defer held.Close()
	info, err := held.Stat()
	if err != nil {
		return nil, err
	}
	link := "/proc/self/fd/" + strconv.Itoa(int(held.Fd()))
	if mode := info.Mode(); !mode.IsRegular() {
		if target, err := os.Readlink(link); err != nil || !allowed(mode, target) {
			return nil, message.Errorf("%s is not a regular file", path)
		}
	}
	file, err := os.Open(link)
	if err != nil {
		return nil, fmt.Errorf("opening %s: %w", path, errors.Unwrap(err))
	}
	return file, nil
}

// ErrTooLong is the error for a file that is longer than it may be.
var ErrTooLong = errors.New("the file is too long")

// Read reads a regular file of at most max bytes. The length is that of what was read, as a file may grow.
func Read(path string, max int64) ([]byte, error) {
	file, err := Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return All(file, max)
}

// All reads all that is in a reader, or the first max bytes and [ErrTooLong].
func All(r io.Reader, max int64) ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(r, max+1))
	if err == nil && int64(len(text)) > max {
		return text[:max], ErrTooLong
	}
	return text, err
}
