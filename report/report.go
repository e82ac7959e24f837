package report

import (
	"time"
)

// Schema names the shape of a [Report] as JSON. Fields are added to it, never renamed.
const Schema = "safeport/report/v1"

// A Report is the answer to one [Check]: what was wanted, what the host said of each port, and what can be done about
// it. It is the JSON that "safeport check -o json" prints.
type Report struct {
	Schema    string     `json:"schema"`         // always [Schema]
	Time      *time.Time `json:"time,omitempty"` // when the host was asked, UTC
	Host      Host       `json:"host"`           // where the question was asked
	Service   string     `json:"service"`        // "gpustack"; empty when only ports were asked about
	Instance  string     `json:"instance"`       // the installation of the service; empty without a service
	Situation Situation  `json:"situation"`      // what of the instance is there already
	// Services are the installations one by one when several services were asked about; Service and Instance then list
	// them, and Situation is that of the first.
	Services []Installation `json:"services,omitempty"`
	Verdict  Verdict        `json:"verdict"`  // the answer for all ports together
	Ports    []Port         `json:"ports"`    // one row a want, in the order asked
	Findings []Finding      `json:"findings"` // errors first, then warnings, then information
	Sources  []Source       `json:"sources"`  // where the facts came from, and what could not be looked at
	// Spares are other ports that were tried, where [Request.Spares] asked for it.
	Spares []Spare `json:"spares,omitempty"`
}

// Installation is one service of several that were asked about together.
type Installation struct {
	Service   string    `json:"service"`
	Instance  string    `json:"instance"`
	Situation Situation `json:"situation"`
}

// Host says which machine a report speaks of.
type Host struct {
	Name   string  `json:"name"`
	Kernel string  `json:"kernel"` // as uname -r prints it
	Engine *Engine `json:"engine"` // nil when no engine was found or none answered
	// From where it was looked at. All are empty, and left out of JSON, where that is the host itself.
	Container string `json:"container,omitempty"` // safeport ran in a container of this kind: docker, podman, kubernetes, lxc…
	Network   string `json:"network,omitempty"`   // the ports are not the host's: those of a "container" or of a "namespace"
	Processes string `json:"processes,omitempty"` // which are on view: those of the "container" or the "namespace", or the user's "own"
	WSL       int    `json:"wsl,omitempty"`       // version of the Windows Subsystem for Linux
}

// Engine is the container engine that would publish the ports.
type Engine struct {
	Name     string `json:"name"` // "docker" or "podman"
	Version  string `json:"version"`
	Endpoint string `json:"endpoint"` // "unix:///var/run/docker.sock"
	Rootless bool   `json:"rootless"` // runs as a user: it cannot bind privileged ports unless the sysctl allows it
}

// Situation says what of the instance is on the host already.
type Situation string

const (
	None          Situation = "none"           // no service was named
	Fresh         Situation = "fresh"          // nothing of the instance is there
	Upgrade       Situation = "upgrade"        // the instance is there and runs
	Reinstall     Situation = "reinstall"      // the instance is there and is stopped
	HalfInstalled Situation = "half-installed" // its container was created and never ran
)

// Verdict is the answer for all ports together.
type Verdict string

const (
	Clear   Verdict = "clear"   // every port can be had
	Warned  Verdict = "warned"  // every port can be had, and there is something to know
	Blocked Verdict = "blocked" // at least one port cannot be had
	Unknown Verdict = "unknown" // at least one port could not be judged, and none is known to be blocked
)

// PortVerdict is the answer for one wanted port or range.
type PortVerdict string

const (
	PortFree        PortVerdict = "free"        // the binder would get it
	PortOwn         PortVerdict = "own"         // held by the very instance that wants it
	PortBusy        PortVerdict = "busy"        // held by somebody else
	PortRedirected  PortVerdict = "redirected"  // it can be bound, but packets are sent elsewhere
	PortDenied      PortVerdict = "denied"      // the binder may not bind it (EACCES, EPERM)
	PortUnavailable PortVerdict = "unavailable" // the host lacks the address (EADDRNOTAVAIL)
	PortUnknown     PortVerdict = "unknown"     // nothing that could be asked gives the answer
)

// Port is one want and the host's answer to it.
type Port struct {
	Name     string      `json:"name"`              // the definition's name for it ("web"), or the argument as it was given
	Service  string      `json:"service,omitempty"` // the service that wants it; empty for a port given as such
	About    string      `json:"about"`             // what the service uses it for
	Protocol string      `json:"protocol"`          // "tcp", "udp" or "sctp", which is not judged
	Address  string      `json:"address"`           // empty: every address of the host, IPv4 and IPv6
	Ports    string      `json:"ports"`             // "80" or "40000-40063"
	Mode     string      `json:"mode"`              // "publish" (the engine binds it) or "bind" (the service does)
	Origin   Origin      `json:"origin"`
	Verdict  PortVerdict `json:"verdict"`
	// Outside says whether clients on other hosts get in: "open", "some" (it depends on who they are, or how often they
	// come) or "blocked" (at one address of the host, at least, nobody does). It is empty where that is not known, and for
	// a port that is not to be reached from outside.
	Outside    string   `json:"outside,omitempty"`
	Holders    []Holder `json:"holders"`              // who has it; empty when nobody does
	Setting    string   `json:"setting,omitempty"`    // flag of the setting that chooses it, without dashes; empty: no setting does
	Suggestion int      `json:"suggestion,omitempty"` // a port (a range's first) that is really free instead; 0: not needed or none found
}

// Origin says where a value was chosen.
type Origin struct {
	Kind  string `json:"kind"`  // flag, env, file, existing, default, definition or argument
	Where string `json:"where"` // "--port", "GPUSTACK_PORT", "config.yaml:3", the container's name; may be empty
	// Overridden are the values that were chosen elsewhere and do not count beside this one, by falling weight.
	Overridden []Overridden `json:"overridden,omitempty"`
}

// Overridden is a value that another one has more weight than.
type Overridden struct {
	Kind  string `json:"kind"`  // as in [Origin]
	Where string `json:"where"` // as in [Origin]
	Value string `json:"value"` // as it was written
}

// HolderKind says what sort of thing has a port.
type HolderKind string

const (
	HolderProcess   HolderKind = "process"
	HolderContainer HolderKind = "container"
	HolderUnit      HolderKind = "unit"
	HolderKernel    HolderKind = "kernel" // TIME_WAIT, VXLAN, WireGuard…: no process behind it
	HolderRule      HolderKind = "rule"   // a packet filter's rule that sends the port elsewhere
	HolderUnseen    HolderKind = "unseen" // a socket whose owner is hidden from this user or this pid namespace
)

// Holder is who has, takes or will take a port. Text in it that came from the host holds no control characters and is
// cut to a bounded length; secrets in command lines are masked.
type Holder struct {
	Kind      HolderKind `json:"kind"`
	Name      string     `json:"name"`
	PID       int        `json:"pid,omitempty"`
	User      string     `json:"user,omitempty"` // name, or number when there is no name
	Command   string     `json:"command,omitempty"`
	Started   *time.Time `json:"started,omitempty"`
	Container *Container `json:"container,omitempty"`
	Unit      string     `json:"unit,omitempty"` // "nginx.service"
	// SocketUnit is the socket unit that systemd opened the socket for, where a service has it by now: systemd keeps the port
	// when the service ends.
	SocketUnit string  `json:"socket_unit,omitempty"`
	Protocol   string  `json:"protocol"`
	Address    string  `json:"address"`           // the address it holds: "0.0.0.0", "::", "127.0.0.1"
	Port       int     `json:"port"`              // the port it holds (a range's first that was wanted)
	State      string  `json:"state"`             // listening, bound, connected, time-wait, published, redirecting, stopped, created…
	Remote     string  `json:"remote,omitempty"`  // the far end of a connection
	Device     string  `json:"device,omitempty"`  // the interface that the socket is bound to
	FreeIn     float64 `json:"free_in,omitempty"` // seconds until the kernel lets go of a TIME_WAIT
	Own        bool    `json:"own"`
	Source     string  `json:"source"` // sock_diag, proc_net, docker, podman…

	// Chain is how it came to run, from the first process of the host down to itself; empty where that could not be read.
	Chain []Link `json:"chain,omitempty"`

	// Dependents are what stops with it, or lacks it then; only an answer of "who" has them.
	Dependents []Dependent `json:"dependents,omitempty"`

	// Machine is the container whose own systemd has the unit: the host's knows nothing of it.
	Machine string `json:"machine,omitempty"`
}

// Dependent is something that needs a holder.
type Dependent struct {
	Kind string `json:"kind"` // unit or container
	Name string `json:"name"`
	// Needs is what it needs the holder for: "unit" stops with it; "service" is a Compose service that depends on it; "network"
	// is a container in its network namespace.
	Needs string `json:"needs"`
}

// Container is the container behind a holder.
type Container struct {
	Engine    string `json:"engine,omitempty"`  // "docker" or "podman"; empty when it is not known
	User      string `json:"user,omitempty"`    // whose engine it is, where that is not root's
	Service   bool   `json:"service,omitempty"` // it is a service of a swarm
	ID        string `json:"id"`
	Name      string `json:"name"`
	Image     string `json:"image"`
	Project   string `json:"project"`             // Compose project; empty outside Compose
	Pod       string `json:"pod,omitempty"`       // of Kubernetes, with its namespace: "prod/shop"
	Directory string `json:"directory,omitempty"` // the Compose project's working directory
	State     string `json:"state,omitempty"`     // running, paused, exited, created…
	Restart   string `json:"restart,omitempty"`   // restart policy: no, always, unless-stopped, on-failure
}

// Severity says how much a finding weighs.
type Severity string

const (
	Error   Severity = "error"   // the port cannot be had, or cannot be judged
	Warning Severity = "warning" // it can be had, and there is something to know first
	Info    Severity = "info"
)

// Code names a kind of finding. It is at once its key for --ignore and its section in docs/findings.md.
type Code string

// The codes of findings.
const (
	PortInUse          Code = "port-in-use"
	HolderNotSeen      Code = "holder-unseen"
	Redirected         Code = "redirected"
	BlockedOutside     Code = "blocked-outside"
	PermissionDenied   Code = "permission-denied"
	AddressUnavailable Code = "address-unavailable"
	NameTaken          Code = "name-taken"
	DuplicatePort      Code = "duplicate-port"
	Latent             Code = "latent"
	Ephemeral          Code = "ephemeral"
	BrowserBlocked     Code = "browser-blocked"
	EngineUnreachable  Code = "engine-unreachable"
	EngineRemote       Code = "engine-remote"
	VolumeShared       Code = "volume-shared"
	SourceFailed       Code = "source-failed"
	Undetermined       Code = "undetermined"       // neither the probe nor the tables could answer
	InstanceAmbiguous  Code = "instance-ambiguous" // several installations of the service: --name says which
	PortShared         Code = "port-shared"        // others have the port, too, all by SO_REUSEPORT
	OtherFamily        Code = "other-family"       // [::]:P was asked for, and 0.0.0.0:P is taken
	PortChanged        Code = "port-changed"       // an upgrade that changes a port: what else must follow
	SettingOdd         Code = "setting-odd"        // a setting that is read otherwise than it looks
	VariableUnset      Code = "variable-unset"     // a variable of a Compose file for which nothing is said
	PortsUndeclared    Code = "ports-undeclared"   // a service on the host's network that does not say which ports it takes
	LegacyInstall      Code = "legacy-install"     // an installation without a container, of an older version
	InContainer        Code = "in-container"       // asked inside a container, about its own ports
	WindowsPorts       Code = "windows-ports"      // under Windows, which keeps ports for itself
	NotPublished       Code = "not-published"      // nothing of the port is bound on this host, so that nobody gets in by it
	EngineRefuses      Code = "engine-refuses"     // the engine does not make such a container
)

// Finding is one thing to tell the user.
type Finding struct {
	Code     Code     `json:"code"`
	Severity Severity `json:"severity"`
	Port     string   `json:"port"` // name of the [Port] it is about; empty when it is about none
	Message  string   `json:"message"`
	// Unchecked names, in a few words, what was not looked at because it requires root; empty: the finding is about something else.
	Unchecked string `json:"unchecked,omitempty"`
	// Likelihood is how likely it is that what the finding warns of happens at a start, from 0 to 1, as far as it can be
	// estimated: of [Ephemeral], from how many ports of the range are taken now. 0 where it was not.
	Likelihood float64  `json:"likelihood,omitempty"`
	Ignored    bool     `json:"ignored,omitempty"` // an error that --ignore made a warning
	Remedies   []Remedy `json:"remedies"`
}

// Remedy is one choice that the user has.
type Remedy struct {
	Text    string `json:"text"`
	Command string `json:"command,omitempty"` // can be copied into a shell; empty when there is no command for it
	Stops   bool   `json:"stops,omitempty"`   // the command ends what has the port
	Undo    string `json:"undo,omitempty"`    // the command that takes it back; empty when there is none
	// Process is one that nobody looks after, so that a person has to say that it is to end: the command asks.
	Process int `json:"process,omitempty"`
}

// Source is one place that facts were asked from.
type Source struct {
	Name   string `json:"name"`
	Status string `json:"status"` // ok, partial, failed or skipped
	Detail string `json:"detail"` // what could not be seen, and why; empty when ok
	Took   string `json:"took"`   // "0.3ms"
}
