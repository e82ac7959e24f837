// Package service answers what a service is: which settings it has, which ports it wants for given values of them, and by
// what its containers are recognised. It knows nothing of the host, and reads no Compose files: the built-in services are
// held in a canonical form, and package composefile makes the same of a user's files.
package service

import (
	"strings"
	"time"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/settings"
)

// Definition is a service as its Compose files define it.
type Definition struct {
	Name     string        // "gpustack", or the Compose project's name of a file without x-safeport
	About    message.Words // one line
	Instance string        // an installation's name when the user gives none
	BuiltIn  bool          `json:"-"`
	// Project is the Compose project that a user's file makes: all of its containers are the instance's own. It is empty
	// for a built-in service, whose releases are projects of their own names.
	Project string `json:"-"`

	Settings []settings.Setting
	Identity Identity
	Legacy   *Legacy // nil: it always came in containers
	Binds    []Bind
	Config   Config
	Ready    *Ready        // nil: nothing was said about it
	Backup   []string      // files and directories in the containers to copy before a new version gets them
	Login    message.Words // one line: how to log in for the first time; "${instance}" stands for its name, "${docker}" for the engine's command

	Chosen   []ChosenPort // published ports that a setting chooses
	Unset    []Unset      `json:"-"` // variables in a user's files for which nothing is said
	Location Location     `json:"-"` // of a user's files
	Source   Source       `json:"-"`
}

// Source is what makes containers of a definition: a built-in's [Template], or a user's Compose files.
type Source interface {
	// Model is what the definition comes to for the values, as an instance of that name. A published port whose setting
	// does not apply is not in it.
	Model(values settings.Values, instance string) (*Model, error)
	// Expand puts the variables into a text, as into the Compose files.
	Expand(text string, variables map[string]string) (string, error)
}

// Location is where a user's Compose project is, by which its containers are recognised.
type Location struct {
	Directory string
	Files     []string          // with their full names
	Images    map[string]string // of the Compose services, by name
}

// Unset is a variable in a user's files for which nothing is said: Compose puts nothing in its place.
type Unset struct {
	Name   string
	Where  string // file and line of the first place
	More   int    // other places
	Sample string // a file that shows what is expected, or empty
	File   string // where to say it
}

// Setting is the setting of that name, or nil.
func (d *Definition) Setting(name string) *settings.Setting {
	for i := range d.Settings {
		if d.Settings[i].Name == name {
			return &d.Settings[i]
		}
	}
	return nil
}

// Variable is the name that a setting has in the Compose files, since a variable has no "-".
func Variable(setting string) string { return strings.ReplaceAll(setting, "-", "_") }

// Variables are what "${…}" in the Compose files stands for: the settings by name; one that does not apply is empty.
// "${port_inside}" is what the service in the container reads for it.
func Variables(values settings.Values, instance string) map[string]string {
	variables := map[string]string{"instance": instance}
	for name, v := range values {
		variables[Variable(name)] = values.Text(name)
		variables[Variable(name)+"_inside"] = v.Inside
	}
	return variables
}

// Identity says by what the service's containers are recognised.
type Identity struct {
	Images  []string // repositories without registry: "gpustack/gpustack"
	Source  string   // OCI label org.opencontainers.image.source of its images
	Data    string   // directory in the container that holds the data
	Units   []string // systemd units of installations without a container
	Has     Marks    // a container of another role of the same image lacks all of these…
	Without Marks    // …and one that has any of these is of another role
}

// Marks are what tells the roles of one image apart.
type Marks struct {
	Args  []string // flags, also in the form FLAG=VALUE
	Env   []string // variables that are set and not empty
	Names []string // container names, which count only when the image is the service's
}

// Empty says whether there is no mark to look for.
func (m Marks) Empty() bool { return len(m.Args)+len(m.Env)+len(m.Names) == 0 }

// Config is the service's own configuration file.
type Config struct {
	Flag string   // of the service, "config-file"
	Env  string   // variable that names the file, or empty
	Keys []string // its keys besides those of the settings
}

// Bind is a port that the service itself takes on the host's network.
type Bind struct {
	Name     string
	About    message.Words
	Port     string // a setting's name, a port or a range
	Protocol string // "tcp" or "udp"
	Address  string // empty: every address
	Need     string // "all" (the default), "any" or a number: how many ports of a range
	Web      bool
	Reuse    bool // it sets SO_REUSEPORT
	When     settings.Condition
	Where    string // file and line
}

// Ready says how the service tells that it serves.
type Ready struct {
	Port    string        // name of the published port or bind to ask
	Path    string        // answers 200 when it is ready
	Version string        // path that answers JSON with "version", or empty
	Within  time.Duration // how long it may take
	Where   string        // file and line
}

// Legacy is how the service was installed before it came in containers. The units of such an installation are those of
// [Identity].
type Legacy struct {
	About   message.Words     // "an installation by the script of v0.x"
	Files   []string          // of its data: one that is there is an installation
	Moved   []string          // files that tell that the data is the later version's by now
	Keeps   []string          // settings whose flags and variables have the same meaning in it
	Implies map[string]string // settings that what replaces it has to have
	Steps   []Step            // what the move takes, in order
	Move    *Move             // of a container that has the old data; nil: the new version reads it
	Where   string            // file and line
}
