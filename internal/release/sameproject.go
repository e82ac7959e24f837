package release

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/release/journal"
)

// sameProject refuses to make another project of an instance: directories of one name give their Compose projects one name,
// and the second would get the volumes of the first. A project that has moved is the same: the files are not where they were.
func (s *Session) sameProject(record *journal.Record) error {
	if record == nil || len(record.Files) == 0 || len(s.Question.Files) == 0 {
		return nil
	}
	was, is := record.Files[0], s.Question.Files[0]
	if was == is || is == stdin { // what was applied, or what somebody types
		return nil
	}
	if _, err := os.Stat(was); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	there, err1 := directoryOf(was)
	here, err2 := directoryOf(is)
	if err1 == nil && err2 == nil && os.SameFile(there, here) {
		return nil // perhaps by other files
	}
	return &journal.RefusedError{
		Reason: message.Say("%s was installed from %s, but %s is another project", record.Instance, was, is),
		Hint:   message.Say("choose another name with --name NAME"),
	}
}

// directoryOf is the directory of a file, or the path itself if it is one.
func directoryOf(path string) (fs.FileInfo, error) {
	info, err := os.Stat(path)
	if err != nil || info.IsDir() {
		return info, err
	}
	return os.Stat(filepath.Dir(path))
}
