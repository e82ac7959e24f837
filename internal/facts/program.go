package facts

import (
	"fmt"
)

// Program is something at a network device that decides about packets apart from all rules: a BPF program, or another filter of
// the kernel's traffic control. What it does with them is not read.
type Program struct {
	Kind    string // XDP, tcx or tc
	Filter  string // of tc, which sort: "bpf", "flower"
	Name    string // that its author gave it; empty without
	ID      uint32 // 0: it is no BPF program
	Device  string
	Leaving bool // it sees packets on their way out
}

// Title is the program without its device: "xdp_fw (id 12)", "id 12", "flower".
func (p Program) Title() string {
	switch {
	case p.ID == 0:
		return p.Filter
	case p.Name == "":
		return fmt.Sprintf("id %d", p.ID)
	}
	return fmt.Sprintf("%s (id %d)", p.Name, p.ID)
}

// String names it: "XDP program xdp_fw (id 12) on eth0".
func (p Program) String() string {
	sort, way := "program", ""
	if p.ID == 0 {
		sort = "filter"
	}
	if p.Leaving {
		way = ", on the way out"
	}
	return fmt.Sprintf("%s %s %s on %s%s", p.Kind, sort, p.Title(), p.Device, way)
}
