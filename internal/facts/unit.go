package facts

// Unit is a systemd unit that the host has, whether or not it runs.
type Unit struct {
	Name    string   // "gpustack.service"
	File    string   // that defines it
	Args    []string // what it runs, the program first
	Env     []string // "KEY=value", of the unit and of the files that it names
	Enabled bool     // it starts with the host
	Running bool     // its control group has processes
}

// Machine is a container whose own systemd has a unit: the host's systemd knows nothing of the unit, or has another one of
// the name.
type Machine struct {
	Kind MachineKind
	Name string // empty where it is not known
}

// MachineKind says who runs a machine.
type MachineKind uint8

const (
	NoMachine      MachineKind = iota
	Nspawn                     // systemd-nspawn: machinectl knows it
	LXC                        // LXC by itself
	LXD                        // which is built on LXC
	Incus                      // likewise
	UnknownMachine             // somebody else
)

// Control is what becomes of a port when its unit is stopped.
type Control struct {
	Enabled  []string // of the unit and what starts it, those that start with the host
	Triggers []string // sockets, paths and timers that are active and would start it again
	Started  []string // services that are active because of it, and have its sockets
	// Dependents are units that run and are stopped with it, as they require it; to start it again does not start them.
	Dependents []string
	Inactive   bool   // it does not run: to stop it ends nothing
	KillMode   string // by which the process that has the port outlives the unit; empty: it ends with it
	Alone      bool   // the unit has no other processes than those that have the port
	Self       bool   // whoever asks runs in the unit, too

	// Of all these units, those that cannot be stopped or started by their name alone.
	Unstoppable []string // RefuseManualStop=: they are stopped with what requires them
	Unstartable []string // RefuseManualStart=, likewise
	Masked      []string // none is started, but those that run go on
	Passing     []string // they are gone when they have been stopped: systemd-run has made them
}

// Feature is what a daemon that the host lives on has a port for. It is turned off by itself, and the daemon runs on.
type Feature struct {
	Tool string // the command that turns it off: tailscale, incus or lxc
	Name string // serve or funnel; of a proxy device its name; empty: the port is the daemon's own

	Handler    string // of Tailscale: https, http or tcp
	Foreground bool   // likewise: it ends with the command that has set it up
	Socket     string // likewise: where the daemon listens, if not in the usual place

	Instance, Project string // of Incus and LXD
}
