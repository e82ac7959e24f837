// Package safeport answers, for a Linux host: will this service get its network ports, who is in the way, and what can be
// done about it?
//
//	report, err := safeport.Check(ctx, safeport.Request{Services: []string{"gpustack"}})
//	report, err := safeport.Check(ctx, safeport.Request{Ports: []string{"127.0.0.1:9000", "53/udp"}})
//
// Whether a port can be had is asked of the kernel, by opening sockets as the service's own binder would. Who has it is
// read from socket tables, cgroups and the container engine. The two are separate, and where they disagree the report
// says so. Nothing on the host is changed.
package safeport

import (
	"context"
	"errors"

	"github.com/safeport/safeport/internal/check"
	"github.com/safeport/safeport/internal/request"
	"github.com/safeport/safeport/internal/service"
	"github.com/safeport/safeport/report"
)

// ComposeReader reads Compose files, as compose.Read does.
type ComposeReader = service.ComposeReader

// Request is the question that [Check] answers. The zero Request wants nothing.
type Request struct {
	// Services are what is to be installed: built-in services ("gpustack"), judged together.
	Services []string
	// Files are the Compose files of one project, the later ones over the earlier, or one directory that holds them; "-" is
	// Stdin. It is one more service. Profiles are those of its profiles that are on, Project is its name and EnvFiles are
	// its files of variables, if not those that Compose would find: in the environment, in ".env", or beside the file.
	//
	// Compose reads them: it is compose.Read, of the package beside this one. Apart, it keeps Compose's own libraries out of a
	// program that asks for ports and built-in services; without it Files are refused.
	Files    []string
	Compose  ComposeReader
	Stdin    []byte
	Profiles []string
	Project  string
	EnvFiles []string
	// Directory is what stands for $PWD in the files, if not the environment's.
	Directory string
	// Variables are used in the files where the environment does not say them: those of the environment in which the project
	// was installed.
	Variables map[string]string
	// Instance is the installation's name. Empty: the service's own name, or the one installation that is there.
	Instance string
	// Settings are the service's settings that were chosen explicitly, by name: {"port": "8080"}. The names are those of
	// the service's flags; see [Settings].
	Settings map[string]string
	// ConfigFile is the service's own configuration file, from which settings are read too.
	ConfigFile string
	// LookupEnv reads the environment; nil means os.LookupEnv.
	LookupEnv func(string) (string, bool)

	// Ports are ports that a program binds itself: "80", "443/tcp", "53/udp", "127.0.0.1:9000", "[::1]:9000",
	// "40000-40063".
	Ports []string
	// As says who binds Ports, a user ("www-data") or a unit of systemd ("nginx.service"): with whose rights, and whose own
	// they may be. Empty: whoever asks.
	As string
	// ReusePort: whoever binds Ports sets SO_REUSEPORT, and SO_REUSEADDR with UDP. A port that others have who do so, too, is
	// shared with them, with TCP among the programs of one user: [report.PortShared] says so.
	ReusePort bool
	// Publish are ports that the container engine binds, as "docker run -p" takes them: "8080:80",
	// "127.0.0.1:8080:80/udp".
	Publish []string

	// Spares is how many other places to try for each port that can be chosen; the report then lists those that are free.
	// From the reports of several hosts [Merge] finds a port that all of them have.
	Spares int
	// NoHost looks for ports that the request itself uses twice, and asks the host nothing: every port is unknown then.
	NoHost bool

	// Engine is the container engine's endpoint ("unix:///run/docker.sock"). Empty: DOCKER_HOST, then Docker's context,
	// then the usual sockets of Docker and Podman.
	Engine string
	// Ignore makes errors with these codes warnings: "port-in-use", or for one port alone "port-in-use:80".
	Ignore []string
	// Language is that of the messages and of what the report says about settings and ports. Codes are the same in all.
	Language report.Language
	// Again writes the command that asks again, for remedies: the same, or with another value for an option ("--port", "8080"
	// or "--set", "network=bridge"), or with another port in the place of one of Ports or Publish ("80", "8080"); empty where
	// no command does that. Nil means "safeport check" with the words of this request. A program that asks on its user's
	// behalf names its own command here.
	Again func(changed, to string) string
	// Strict makes warnings count: a [Warned] report then has exit status 1, and an unseen source 3.
	Strict bool
}

// NoEngine as [Request.Engine] leaves container engines alone: sockets are looked at, containers are not.
const NoEngine = request.NoEngine

// UsageError is a fault in the question itself: a port that is no port, an unknown service, a setting that cannot be.
type UsageError struct{ Err error }

func (e *UsageError) Error() string { return e.Err.Error() }
func (e *UsageError) Unwrap() error { return e.Err }

// Check answers the request. The error is a [*UsageError] when the question makes no sense, in which case nothing was
// looked at; what could not be looked at on the host is no error but part of the report.
func Check(ctx context.Context, req Request) (*report.Report, error) {
	r, err := check.Check(ctx, request.Options(req))
	return r, usage(err)
}

// usage makes a fault in a request one that callers can tell from a fault of the host.
func usage(err error) error {
	if fault, ok := errors.AsType[*request.Error](err); ok {
		return (*UsageError)(fault)
	}
	return err
}
