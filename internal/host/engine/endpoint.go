package engine

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/regular"
)

// Endpoint is where an engine listens.
type Endpoint struct {
	URL    string // "unix:///run/docker.sock"
	Named  bool   // somebody chose it, by flag, variable or context: no other engine is asked
	Others bool   // it is another user's own engine
	UID    uint32 // Others: that user
	// Within is how long it may take for everything that it is asked; 0: [Deadline].
	Within time.Duration
}

// Environment is what endpoints are found from.
type Environment struct {
	LookupEnv func(string) (string, bool)
	Root      string // prefix of the well-known paths; empty but in tests
}

func (e Environment) env(name string) string {
	value, _ := e.LookupEnv(name)
	return value
}

// Endpoints are the engines to ask, first the one that would publish the ports: the one named explicitly, else
// DOCKER_HOST, else Docker's current context, else every usual socket of Docker and Podman that is there, and last those of
// other users' engines that this user may look for. An error means that somebody named an endpoint that makes no sense, and
// says who.
func Endpoints(explicit string, env Environment) ([]Endpoint, error) {
	if explicit != "" {
		return named(explicit, "--engine")
	}
	if host := env.env("DOCKER_HOST"); host != "" {
		return named(host, "DOCKER_HOST")
	}
	if host, context := contextHost(env); host != "" {
		return named(host, fmt.Sprintf("docker context %q", context))
	}
	return usual(env), nil
}

// usual are the sockets that are there without anybody having named one.
func usual(env Environment) []Endpoint {
	var own, others []Endpoint
	var seen []os.FileInfo
	add := func(path string, info os.FileInfo) {
		if info.Mode()&os.ModeSocket == 0 || slices.ContainsFunc(seen, func(s os.FileInfo) bool { return os.SameFile(s, info) }) {
			return // /var/run is /run
		}
		seen = append(seen, info)
		e := Endpoint{URL: "unix://" + path}
		// What sudo keeps of an environment leads root to the engine of the user who called it.
		if uid := owner(info); uid != 0 && uid != uint32(os.Getuid()) {
			e.Others, e.UID = true, uid
			others = append(others, e)
			return
		}
		own = append(own, e)
	}
	for _, path := range usualSockets(env) {
		if info, err := os.Stat(env.Root + path); err == nil {
			add(env.Root+path, info)
		}
	}
	users, _ := os.ReadDir(env.Root + "/run/user") // systemd's; without it there are none
	for _, user := range users {
		for _, name := range []string{"docker.sock", "podman/podman.sock"} {
			path := filepath.Join(env.Root, "/run/user", user.Name(), name)
			info, err := os.Lstat(path) // a link might lead to any socket of the host
			if err == nil && strconv.FormatUint(uint64(owner(info)), 10) == user.Name() {
				add(path, info)
			}
		}
	}
	return append(own, others...)
}

func owner(info os.FileInfo) uint32 { return info.Sys().(*syscall.Stat_t).Uid }

func usualSockets(env Environment) []string {
	sockets := []string{"/run/docker.sock", "/var/run/docker.sock", "/run/podman/podman.sock"}
	runtime := env.env("XDG_RUNTIME_DIR")
	if uid := os.Getuid(); runtime == "" && uid != 0 {
		runtime = fmt.Sprintf("/run/user/%d", uid) // su and sudo leave the variable out
	}
	if runtime != "" {
		sockets = append(sockets, runtime+"/docker.sock", runtime+"/podman/podman.sock")
	}
	if home := env.env("HOME"); home != "" {
		sockets = append(sockets, home+"/.docker/run/docker.sock", home+"/.docker/desktop/docker.sock")
	}
	return sockets
}

// named checks an endpoint that somebody wrote down.
func named(host, origin string) ([]Endpoint, error) {
	if strings.HasPrefix(host, "/") {
		host = "unix://" + host
	}
	u, err := url.Parse(host)
	if err != nil {
		return nil, fmt.Errorf("%s: %q is not an engine's URL: write unix:///run/docker.sock or tcp://HOST:PORT", origin, host)
	}
	valid := false
	switch u.Scheme {
	case "unix":
		valid = strings.HasPrefix(host, "unix:///")
	case "tcp", "http", "https", "ssh":
		valid = u.Hostname() != ""
	}
	if !valid {
		return nil, fmt.Errorf("%s: %q is not an engine's URL: write unix:///run/docker.sock or tcp://HOST:PORT", origin, host)
	}
	return []Endpoint{{URL: host, Named: true}}, nil
}

// usual says whether Docker's own command would find the endpoint without being told.
func (e Endpoint) usual() bool {
	return e.URL == "unix:///var/run/docker.sock" || e.URL == "unix:///run/docker.sock"
}

// Command is how a person speaks to the engine that listens there, which is "docker" or "podman" by its name.
func (e Endpoint) Command(name string) string {
	switch {
	case name == "podman":
		return e.podman(os.Geteuid())
	case e.Named && !e.usual():
		return "docker -H " + message.Quote(e.URL)
	}
	return "docker"
}

// Chosen says whether somebody has chosen the endpoint, so that another user's environment may lead elsewhere.
func (e Endpoint) Chosen() bool { return e.Named && !e.usual() }

// CommandAsRoot is [Endpoint.Command] for root, who does not have the user's environment: what sudo runs.
func (e Endpoint) CommandAsRoot(name string) string {
	switch {
	case name == "podman":
		return e.podman(0)
	case !e.usual():
		return "docker -H " + message.Quote(e.URL)
	}
	return e.Command(name)
}

// podman is the command of a user for whom the engine may be another's: podman itself asks no service and knows no DOCKER_HOST, but
// looks into the user's own directories.
func (e Endpoint) podman(uid int) string {
	own := []string{"unix:///run/podman/podman.sock", "unix:///var/run/podman/podman.sock"}
	if uid != 0 {
		own = []string{fmt.Sprintf("unix:///run/user/%d/podman/podman.sock", uid), "unix://" + os.Getenv("XDG_RUNTIME_DIR") + "/podman/podman.sock"}
	}
	if slices.Contains(own, e.URL) {
		return "podman"
	}
	return "podman --url " + message.Quote(e.URL)
}

// Remote says whether the endpoint is on another host, whose ports are not this one's.
func (e Endpoint) Remote() bool {
	u, err := url.Parse(e.URL)
	if err != nil || u.Scheme == "unix" {
		return false
	}
	if u.Scheme == "ssh" {
		return true
	}
	if u.Hostname() == "localhost" {
		return false
	}
	addr, err := netip.ParseAddr(u.Hostname())
	return err != nil || !addr.IsLoopback()
}

// socket is the path of a Unix endpoint.
func (e Endpoint) socket() (string, bool) { return strings.CutPrefix(e.URL, "unix://") }

// contextHost is the endpoint of Docker's current context, and the context's name; empty for the default one. Docker keeps
// a context in contexts/meta/SHA256(NAME)/meta.json.
func contextHost(env Environment) (host, name string) {
	dir := env.env("DOCKER_CONFIG")
	if dir == "" {
		dir = filepath.Join(env.env("HOME"), ".docker")
	}
	name = env.env("DOCKER_CONTEXT")
	if name == "" {
		var config struct {
			CurrentContext string `json:"currentContext"`
		}
		if readJSON(filepath.Join(dir, "config.json"), &config) != nil {
			return "", ""
		}
		name = config.CurrentContext
	}
	if name == "" || name == "default" {
		return "", ""
	}
	var meta struct {
		Endpoints struct {
			Docker struct {
				Host string
			} `json:"docker"`
		}
	}
	id := fmt.Sprintf("%x", sha256.Sum256([]byte(name)))
	if readJSON(filepath.Join(dir, "contexts", "meta", id, "meta.json"), &meta) != nil {
		return "", ""
	}
	return meta.Endpoints.Docker.Host, name
}

// maxFile bounds the files of Docker and of its daemon that are read. A container's own has some ten kilobytes, and each
// published port adds fifty bytes.
const maxFile = 4 << 20

func readJSON(file string, v any) error {
	b, err := regular.Read(file, maxFile)
	if err != nil {
		return err
	}
	return json.Unmarshal(b, v)
}
