// Package composefile makes services of Compose files, by the library of Docker Compose. What Compose has no words for
// stands in an x-safeport section. The built-in services are such files, and can do nothing that a user's own cannot.
//
// It stands apart from package service as it brings along Compose's loader and its JSON Schema: a program that asks for
// ports and built-in services alone does without.
package composefile

import (
	"context"

	"github.com/compose-spec/compose-go/v2/template"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/service"
)

// Definition is a service as its Compose files define it, with the files.
type Definition struct {
	*service.Definition

	source   service.Project // of a user's files
	files    []file
	related  []file            // included or extended from, for their lines and variables
	env      map[string]string // for interpolation, besides the settings
	dir      string            // the Compose project's directory
	profiles []string
}

// Read reads a Compose project; it is the [service.ComposeReader] there is.
func Read(ctx context.Context, said service.Project) (*service.Definition, error) {
	d, err := Load(ctx, said)
	if err != nil {
		return nil, err
	}
	return d.Definition, nil
}

// Lookup is the built-in definition of that name with its file, for who makes containers of it.
//
// Compose's schema is not asked about it (it costs 17 ms in a fresh process): a test asks for all of them.
func Lookup(name string) (*Definition, error) {
	text, err := service.ComposeFile(name)
	if err != nil {
		return nil, err
	}
	f, err := newFile(name+".yaml", text)
	if err != nil {
		return nil, message.Errorf("built-in service: %w", err)
	}
	d := newDefinition()
	d.Name, d.Instance, d.BuiltIn, d.files = name, name, true, []file{f}
	if err := d.readSection(); err != nil {
		return nil, message.Errorf("built-in service: %w", err)
	}
	return d, nil
}

func newDefinition() *Definition {
	d := &Definition{Definition: &service.Definition{}}
	d.Source = d
	return d
}

// Expand puts the variables into a text as Compose does.
func (d *Definition) Expand(text string, variables map[string]string) (string, error) {
	return substitute(text, mapping(variables))
}

// mapping is an environment as Compose asks for it.
func mapping(env map[string]string) template.Mapping {
	return func(name string) (string, bool) {
		v, ok := env[name]
		return v, ok
	}
}
