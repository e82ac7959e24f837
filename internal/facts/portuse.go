// Package facts holds the value types of the host's side: a port use is something that has, takes or will take a port, and a
// holder is who is behind it. Every source of facts under internal/host returns port uses; internal/verdict reads them.
package facts

import (
	"net/netip"
	"time"

	"github.com/safeport/safeport/internal/port"
)

// State says how a port use has its port.
type State uint8

const (
	Listening   State = iota + 1 // TCP LISTEN
	Bound                        // bound and not listening: TCP_BOUND_INACTIVE (kernel 6.8), or a UDP socket
	Connected                    // one end of a connection, or a connected UDP socket
	TimeWait                     // the kernel keeps the port for a connection that is over
	Published                    // a running container's published port, as the engine tells it
	Stopped                      // the same of a container that does not run: it will take the port when it starts
	Enabled                      // a unit's that starts with the host
	Redirecting                  // a rule sends its packets elsewhere
)

// Opener says which end of a connection opened it.
type Opener uint8

const (
	OpenerUnknown  Opener = iota
	OpenedHere            // an outgoing connection: the port is its source port
	OpenedByRemote        // it was accepted by a listener
)

// Order says when a unit that starts with the host does so, as against the container engine and what that restarts.
type Order uint8

const (
	BesideEngine Order = iota // at the same time
	BeforeEngine
	AfterEngine
)

// PortUse is a port, or a range of ports, that something on the host has or will take.
type PortUse struct {
	Protocol port.Protocol
	Binding  port.Binding
	Ports    port.Range
	State    State
	Remote   netip.AddrPort // far end of a connection
	Opener   Opener
	FreeIn   time.Duration // TimeWait: until the kernel lets go
	Source   string        // sock_diag, proc_net, docker, podman, nftables, iptables-legacy, ipvs, sk_lookup

	Socket    *Socket   // nil for what an engine told
	Process   *Process  // nil when it was not found, or was not looked for
	Tunnel    string    // network device whose socket it is, made by the kernel itself: "vxlan0"
	Cgroup    string    // "/system.slice/nginx.service"; empty when unknown or the root
	Unit      string    // systemd unit, from the cgroup
	UserUnit  bool      // the unit is one of a user's own systemd
	UnitUID   uint32    // UserUnit: of that user
	Machine   Machine   // the container whose systemd has the unit
	Control   *Control  // of the unit; nil where its systemd was not asked
	Feature   *Feature  // of the daemon that has it; nil where there is none, or it is not seen
	Systemd   int       // process of the systemd that opened it, for a socket unit; 0: none did
	Socketed  string    // that socket unit, where a service has the socket by now: "cockpit.socket"
	Order     Order     // Enabled: when the unit takes the port
	Likely    bool      // Enabled: the port is the one that such a unit has if nobody has configured another
	Generated bool      // Enabled: the unit is made at each start, of another file
	Owner     Container // container behind it; zero when there is none
	Serves    Container // container that an engine's helper says it works for: its word alone, which anybody can give
	Rule      *Rule     // of a Diverted one
}

// Socket identifies a kernel socket.
type Socket struct {
	Inode    uint32 // 0: no descriptor refers to it (TIME_WAIT, an orphan)
	UID      uint32 // of who created it
	CgroupID uint64 // where it was created; 0 before kernel 5.8 or when it was not told
}

// Process is a process that has a socket open.
type Process struct {
	PID     int
	Name    string
	User    string // name, or number when there is none
	Command string // masked
	Started time.Time
	Cgroup  string // as far as it tells a unit or a container
	Self    bool   // whoever asks was started by it
	Chain   []Link // how it came to run, the first process first and itself last; nil where that was not asked
}

// Container is a container as an engine describes it, whatever the engine. ID alone may be known, from a cgroup's path.
type Container struct {
	Engine    string // docker or podman; empty when it is not known
	Pod       bool   // it belongs to a Pod of Kubernetes
	Endpoint  string // of the engine that told of it; empty when none did
	Host      string // of one that no engine told of: where its engine's process listens, as that process was told
	User      string // whose engine it is, where that is not root's
	Foreign   bool   // another user's own engine told of it, which tells what that user likes: it decides nothing
	ID        string
	Name      string // without the leading slash
	Image     string // reference it was created from; an id when the tag has moved on
	ImageTags []string
	Labels    map[string]string // the image's and its own
	Service   bool              // it is a service of a swarm, which has its ports on every node
	Project   string            // Compose project
	Directory string            // its working directory
	Files     []string          // its Compose files
	Part      string            // the service of it that the container is
	State     string            // running, paused, restarting, exited, created, dead
	Started   bool              // it ran at least once
	Restart   string            // no, always, unless-stopped, on-failure
	Halted    StoppedBy         // of one that does not run: was it somebody who stopped it?
	Network   string            // network mode: "bridge", "host", a network's name, "container:ID"
	Addresses []netip.Addr      // its own, in its networks
	PID       int               // of its first process, on the engine's host; 0 when it does not run
	Args      []string          // entrypoint and command
	Env       []string
	Mounts    []Mount
	Published []Publication // what it publishes, or will when it starts
}

// Mount is a volume or a directory of the host in a container.
type Mount struct {
	Volume      string // name of the volume; empty for a bind mount
	Source      string // directory on the host
	Destination string // directory in the container
}

// Publication is a port of the host that the engine sends to a container.
type Publication struct {
	Protocol  port.Protocol
	Addr      netip.Addr // zero: every address
	Host      port.Range // zero: the engine picks one when the container starts
	Container uint16
}

// Meets says whether the port use is on a port of the range, for a socket with the binding.
func (c PortUse) Meets(p port.Protocol, b port.Binding, r port.Range) bool {
	return c.Protocol == p && c.Ports.Overlaps(r) && c.Binding.Conflicts(b)
}
