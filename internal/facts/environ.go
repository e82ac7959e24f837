package facts

// Environ is from where the host is seen. The zero Environ is the host itself.
type Environ struct {
	Container string // what kind of container this process is in: docker, podman, kubernetes, lxc…; empty outside any
	ID        string // the container's, where it shows
	// OwnNetwork: the ports are not the host's, but those of a container's network, or of another namespace than the one
	// that the first process is in.
	OwnNetwork   bool
	OwnProcesses bool // only the processes of this container, or of another pid namespace, are on view
	Hidden       bool // /proc leaves out the processes of other users (hidepid)
	WSL          int  // version of the Windows Subsystem for Linux; 0: this is no Windows host
}
