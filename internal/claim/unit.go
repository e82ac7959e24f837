package claim

// Unit is a systemd unit that the host has, whether or not it runs.
type Unit struct {
	Name    string   // "gpustack.service"
	File    string   // that defines it
	Args    []string // what it runs, the program first
	Env     []string // "KEY=value", of the unit and of the files that it names
	Enabled bool     // it starts with the host
	Running bool     // its control group has processes
}
