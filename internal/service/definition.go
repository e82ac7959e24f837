// Package service answers what a service is: which settings it has, which ports it wants for given values of them, and by
// what its containers are recognised. A service is a Compose file with an x-safeport section, or any Compose file; the
// built-in ones are such files and can do nothing that a user's own file cannot. The package knows nothing of the host.
package service

import (
	"time"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/settings"
)

// Definition is a service as its Compose files define it.
type Definition struct {
	Name     string        // "gpustack", or the Compose project's name of a file without x-safeport
	About    message.Words // one line
	Instance string        // an installation's name when the user gives none
	BuiltIn  bool
	// Project is the Compose project that a user's file makes: all of its containers are the instance's own. It is empty
	// for a built-in service, whose releases are projects of their own names.
	Project string

	Settings []settings.Setting
	Identity Identity
	Legacy   *Legacy // nil: it always came in containers
	Binds    []Bind
	Config   Config
	Ready    *Ready        // nil: nothing was said about it
	Backup   []string      // files and directories in the containers to copy before a new version gets them
	Login    message.Words // one line: how to log in for the first time; "${instance}" stands for its name, "${docker}" for the engine's command

	Unset []Unset // variables in a user's files for which nothing is said

	source   Project // of a user's files
	files    []file
	related  []file            // included or extended from, for their lines and variables
	images   map[string]string // of the Compose services
	env      map[string]string // for interpolation, besides the settings
	dir      string            // the Compose project's directory
	profiles []string
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
