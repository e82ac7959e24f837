package service

import (
	"slices"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/internal/settings"
)

// Model is what of a Compose project touches the host, as Compose understands it.
type Model struct {
	Where   string   // the first file, for what has no line of its own
	Parts   []Part   // by name
	Volumes []string // their names for the engine, sorted
}

// Part is a service of a Compose project. The word service is for the whole of them.
type Part struct {
	Name          string
	Where         string // file and line
	Image         string
	ContainerName string
	Scale         int // how many containers
	NetworkMode   string
	Networks      []port.Network // without a mode: the one with the default route first, as far as the file says
	Command       []string       // its entrypoint and its arguments, those that the file gives
	Env           []string       // "KEY=value", sorted; without variables that have no value
	Exposed       []Exposed
	Published     []Published
	Rights        port.Container
}

// Exposed is an item under "expose:".
type Exposed struct{ Ports, Where string }

// Published is a port under "ports:".
type Published struct {
	Name      string
	About     message.Words
	Web       bool
	Target    string
	To        string `json:",omitempty"` // the last port in the container, of a range that is published as it is, each port as one
	Published string // empty or 0: the engine picks one
	HostIP    string
	Protocol  string
	Where     string   // file and line
	Entry     int      // place of its line among those of all files, from 1 on; 0: its line is not known
	Settings  []string // that Published is made of, in the order of the definition
	When      settings.Condition
}

// Applies says whether the port is published at all: its condition holds, and the settings that choose it apply.
func (p Published) Applies(values settings.Values) bool {
	return p.When.Holds(values) && !slices.ContainsFunc(p.Settings, func(name string) bool { return !values[name].Applies })
}

// ChosenPort is a published port that one setting chooses.
type ChosenPort struct {
	Setting  string
	Address  string // setting for the address, or empty
	Toggle   string // setting that switches the publication on, or empty
	Protocol string
	Inside   string // setting that says where the container listens
	Target   uint16 // where it does while nothing else is said
}
