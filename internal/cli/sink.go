package cli

import (
	"io"
)

// sink is stdout with its first error remembered: cobra prints help and version and drops the error, and a result that
// was not handed over must never look like one. Who reads only the exit status would take it for a verdict.
type sink struct {
	io.Writer
	err error
}

func (s *sink) Write(b []byte) (int, error) {
	n, err := s.Writer.Write(b)
	if err != nil && s.err == nil {
		s.err = err
	}
	return n, err
}
