package host

import (
	"errors"
	"io/fs"
	"os"
	"time"
)

// Look looks for units of systemd and for files by their full names. Nothing is looked at when there is nothing to look
// for.
func (s *Survey) Look(units, files []string) {
	if len(units)+len(files) == 0 {
		return
	}
	start := time.Now()
	found, err := s.units.system.Units(units)
	s.Remains.Units = found
	errs := []error{err}
	for _, file := range files {
		_, err := os.Stat(file)
		switch {
		case err == nil:
			s.Remains.Files = append(s.Remains.Files, file)
		case !errors.Is(err, fs.ErrNotExist):
			errs = append(errs, err)
		}
	}
	source := Source{Name: "installation", Err: errors.Join(errs...), Took: time.Since(start)}
	if source.Err != nil {
		source.Blind = "an installation without a container"
	}
	s.note(source)
}
