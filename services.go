package safeport

import (
	"slices"

	"safeport/internal/service"
	"safeport/internal/settings"
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
func Services() []string { return service.Names() }

// Settings are the settings of a service, in the order of its definition. The error is a [*UsageError] that suggests the
// near name when the service is unknown.
func Settings(name string) ([]Setting, error) {
	d, err := service.Lookup(name)
	if err != nil {
		return nil, &UsageError{err}
	}
	list := make([]Setting, len(d.Settings))
	for i, s := range d.Settings {
		list[i] = Setting{
			Name: s.Name, Flag: s.Flag, About: s.About, Env: s.Env, Key: s.Key, Type: string(s.Type), Default: s.Default(),
		}
	}
	return list, nil
}

// Near is the word among the known ones that was most likely meant, or empty when none is near.
func Near(word string, known []string) string { return settings.Near(word, known) }

// Codes are the codes of all findings, sorted.
func Codes() []Code {
	return slices.Clone(codes)
}

var codes = []Code{
	AddressUnavailable, BrowserBlocked, DuplicatePort, EngineRemote, EngineUnreachable, Ephemeral, HolderNotSeen,
	InstanceAmbiguous, Latent, NameTaken, OtherFamily, PermissionDenied, PortChanged, PortInUse, Redirected, SettingOdd,
	SourceFailed, Undetermined, VolumeShared,
}

func known(c Code) bool { return slices.Contains(codes, c) }

func codeNames() []string {
	names := make([]string, len(codes))
	for i, c := range codes {
		names[i] = string(c)
	}
	return names
}
