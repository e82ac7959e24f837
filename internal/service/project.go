package service

import (
	"context"
)

// Project says which Compose project is meant, in the words of "docker compose". Whatever is left out is found as Compose
// finds it: in the environment, in ".env", or beside the file.
type Project struct {
	Files    []string // --file: the later ones over the earlier; "-" is Stdin, and a directory alone is the project in it
	Name     string   // --project-name
	Profiles []string // --profile
	EnvFiles []string // --env-file, instead of ".env"
	Dir      string   // where this was said: $PWD; empty: the working directory
	Environ  []string // the environment, as "KEY=value"
	// Variables are those of an earlier environment, which count where Environ does not say them.
	Variables map[string]string
	Stdin     []byte
}

// ComposeReader reads a Compose project. There is one, [composefile.Read]; who is given none needs no Compose library, and
// answers for ports and built-in services alone.
//
// [composefile.Read]: https://pkg.go.dev/github.com/safeport/safeport/compose#Read
type ComposeReader func(context.Context, Project) (*Definition, error)
