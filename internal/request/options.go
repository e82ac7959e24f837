package request

import (
	"github.com/safeport/safeport/internal/service"
	"github.com/safeport/safeport/report"
)

// Options are the request as the library's callers write it: safeport.Request has the same fields, and says what they mean.
type Options struct {
	Services   []string
	Files      []string
	Compose    service.ComposeReader
	Stdin      []byte
	Profiles   []string
	Project    string
	EnvFiles   []string
	Directory  string
	Variables  map[string]string
	Instance   string
	Settings   map[string]string
	ConfigFile string
	LookupEnv  func(string) (string, bool)
	Ports      []string
	As         string
	ReusePort  bool
	Publish    []string
	Spares     int
	NoHost     bool
	Engine     string
	Ignore     []string
	Language   report.Language
	Again      func(changed, to string) string
	Strict     bool
}

// Error is a fault in the request itself.
type Error struct{ Err error }

func (e *Error) Error() string { return e.Err.Error() }
func (e *Error) Unwrap() error { return e.Err }
