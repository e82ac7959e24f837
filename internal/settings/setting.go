// Package settings answers which value each of a service's settings has, and where it was chosen: on the command line, in
// the environment, in the service's configuration file, by the installation that is there, or by nobody. It knows nothing
// of the host.
package settings

import (
	"slices"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/port"
)

// Type says how a setting's text is read.
type Type string

// The types of settings.
const (
	Port    Type = "port"    // 1 to 65535
	Range   Type = "range"   // "40000-40063"
	Address Type = "address" // an IP address of the host; empty: every address
	Text    Type = "text"
	Path    Type = "path"
	Bool    Type = "bool"    // "true" or "false"
	Choice  Type = "choice"  // one of Choices
	Version Type = "version" // an image's tag: "v2.3.0", "latest"
)

// Types are all types, in the order that documentation lists them.
func Types() []Type { return []Type{Port, Range, Address, Text, Path, Bool, Choice, Version} }

// Setting is a value of a service that the user can choose.
type Setting struct {
	Name     string // "tls-port"
	Flag     string // without dashes; empty: "--set tls-port=…" is the only way on the command line
	Env      string // "GPUSTACK_TLS_PORT", or empty
	Key      string // of the service's configuration file, "tls_port", or empty
	Type     Type
	Defaults []Choose      // the first that holds counts; none: empty
	Choices  []string      // of a [Choice]
	Least    string        // oldest [Version] that the definition describes
	Newest   string        // newest one; empty: it claims nothing
	Size     []Choose      // fewest ports that a [Range] may have; the first that holds counts
	With     string        // a setting without which this one is an error: the other half of a certificate pair
	When     Condition     // without it the setting has no effect
	About    message.Words // one line
	Follow   message.Words // what else has to change with it, as the end of a sentence: "the workers' --server-url"
	Where    string        // file and line of its definition
}

// Choose is a value that counts under a condition.
type Choose struct {
	Value string
	When  Condition
}

// Default is the default without conditions, which help texts print.
func (s Setting) Default() string {
	for _, d := range s.Defaults {
		if len(d.When) == 0 {
			return d.Value
		}
	}
	return ""
}

// Conditions are all conditions that the setting's value depends on.
func (s Setting) Conditions() []Condition {
	list := []Condition{s.When}
	for _, c := range slices.Concat(s.Defaults, s.Size) {
		list = append(list, c.When)
	}
	return list
}

// Check says what is wrong with a text as a value of the setting, as the command line would be told.
func (s Setting) Check(text string) error {
	_, err := s.parse(text)
	return err
}

// flagName is what a user types to choose the setting.
func (s Setting) flagName() string {
	if s.Flag == "" {
		return "--set " + s.Name
	}
	return "--" + s.Flag
}

// named is the setting as a reader of that place knows it: by its key where it stands in the service's configuration file.
func (s Setting) named(origin port.Origin) string {
	if origin.Kind == "file" && s.Key != "" {
		return s.Key
	}
	return s.Name
}

// shown is that name for a note, and empty where it is the setting's own.
func (s Setting) shown(origin port.Origin) string {
	if name := s.named(origin); name != s.Name {
		return name
	}
	return ""
}

// Value is what a setting was found to be.
type Value struct {
	Text   string // canonical: "8080", "40000-40063", "true"; empty when nobody chose and there is no default
	Origin port.Origin
	// Inside is what the service reads by itself in a container that is told nothing by flags: its environment, its
	// configuration file, its default. With published ports it is the container's side, and Text the host's.
	Inside  string
	Applies bool // the setting's condition holds; if not, the service does not look at it
	// Overridden are the choices that came after this one, by falling rank, with their text as it was written.
	Overridden []port.Choice
}

// Set says whether the setting has a value that switches something on: not empty, and not "false".
func (v Value) Set() bool { return v.Applies && v.Text != "" && v.Text != "false" }

// Values are the values of all of a service's settings, by name.
type Values map[string]Value

// Text is the value of a setting that applies, and empty for one that does not.
func (v Values) Text(name string) string {
	if x := v[name]; x.Applies {
		return x.Text
	}
	return ""
}
