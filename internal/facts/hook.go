package facts

// Hook is a BPF program on a control group that says which ports the processes in it may bind. What it says cannot be read.
type Hook struct {
	Cgroup  string // "/system.slice/web.service"
	Program string // the name that its author gave it: "sd_bind4"; its number where it has none
}
