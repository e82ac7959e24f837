package safeport

import (
	"slices"

	"github.com/safeport/safeport/internal/request"
	builtin "github.com/safeport/safeport/internal/service"
	"github.com/safeport/safeport/internal/settings"
)

// Setting is a value of a service that the user can choose, by a flag, an environment variable or a key of the service's
// own configuration file.
type Setting struct {
	Name    string // key in [Request.Settings]: "tls-port"
	Flag    string // without its dashes; empty when there is none
	About   string // one line
	Env     string // "GPUSTACK_TLS_PORT", or empty
	Key     string // "tls_port", or empty
	Type    string // port, range, address, text, path, bool or choice
	Default string
}

// Services are the names of the built-in services, sorted.
func Services() []string { return builtin.Names() }

// Settings are the settings of the services and Compose files that the request names, in the order of their definitions.
// One that several of them have is listed once. The error is a [*UsageError] that suggests the near name when a service
// is unknown.
func Settings(req Request) ([]Setting, error) {
	definitions, err := request.Definitions(request.Options(req))
	if err != nil {
		return nil, &UsageError{err}
	}
	var list []Setting
	for _, d := range definitions {
		for _, s := range d.Settings {
			if !slices.ContainsFunc(list, func(o Setting) bool { return o.Name == s.Name }) {
				list = append(list, Setting{
					Name: s.Name, Flag: s.Flag, About: s.About.In(req.Language), Env: s.Env, Key: s.Key, Type: string(s.Type), Default: s.Default(),
				})
			}
		}
	}
	return list, nil
}

// Definition is the text of a built-in service's definition, a Compose file to start one's own from. The error is a
// [*UsageError] that suggests the near name when the service is unknown.
func Definition(service string) ([]byte, error) {
	text, err := builtin.ComposeFile(service)
	if err != nil {
		return nil, &UsageError{err}
	}
	return text, nil
}

// Near is the word among the known ones that was most likely meant, or empty when none is near.
func Near(word string, known []string) string { return settings.Near(word, known) }
