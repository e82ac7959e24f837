// Package journal answers how an installed service gets from one state to the next without being lost on the way: it
// installs, upgrades, rolls back and removes the containers of an instance, keeps the old ones until the new ones have
// proved themselves, and can tell after a crash what was left and finish or undo it.
//
// Every change is the same movement, from one release to another: the new release is created while the old one serves,
// the old one is stopped and set aside, the new one takes its name and is started, and only when it answers is the change
// committed. A first installation has no old release, a rollback has an older one as its new.
//
// What was meant stands in a journal that is written before each step. What is there, the engine is asked: a journal that
// was lost is read off the labels of the containers.
package journal

import (
	"fmt"
	"slices"
	"time"

	"github.com/safeport/safeport/internal/message"
)

// Schema names the shape of a journal file.
const Schema = "safeport/instance/v1"

// schemaShared is that of a journal with containers that releases share: a safeport that does not know of them would remove them with the
// release that has made them.
const schemaShared = "safeport/instance/v2"

// schemas begin the names of the shapes that journals have and will have.
const schemas = "safeport/instance/"

// None is the number of a release that is not there: before the first installation, or after the last.
const None = -1

// Record is what is known of an instance: its releases, and the change that is under way.
type Record struct {
	Schema   string `json:"schema"` // always [Schema]
	Instance string `json:"instance"`
	Service  string `json:"service"`
	Words
	Endpoint string    `json:"endpoint"`         // of the engine that runs it
	Current  int       `json:"current"`          // number of the release that serves, or [None]
	Before   int       `json:"before"`           // number of the one that served before and is kept, or [None]
	Releases []Release `json:"releases"`         // by number
	Others   []string  `json:"others,omitempty"` // volumes without a name that were there before safeport
	Pending  *Pending  `json:"pending"`          // nil: nothing is under way
	Sum      string    `json:"sum,omitempty"`    // SHA-256 of the file, with zeros in its place; only there
}

// Words are those by which the definition of an instance is found again.
type Words struct {
	Files     []string          `json:"files,omitempty"` // Compose files that define it; none: it is built in
	Profiles  []string          `json:"profiles,omitempty"`
	Project   string            `json:"project,omitempty"`   // name of the Compose project that the files make
	EnvFiles  []string          `json:"env_files,omitempty"` // of variables, instead of ".env"
	Dir       string            `json:"dir,omitempty"`       // what stands for $PWD in the files
	Variables map[string]string `json:"variables,omitempty"` // that the files use, and the environment said
}

// Read says whether two come to the same files with the same profiles.
func (w Words) Read(o Words) bool {
	return w.Project == o.Project && slices.Equal(w.Files, o.Files) && slices.Equal(w.Profiles, o.Profiles) && slices.Equal(w.EnvFiles, o.EnvFiles)
}

// Release is one applied version of an instance.
type Release struct {
	Number     int               `json:"number"`
	Version    string            `json:"version"`
	Image      string            `json:"image"`            // of the service that answers
	Images     map[string]string `json:"images,omitempty"` // by service
	Created    time.Time         `json:"created"`
	Adopted    bool              `json:"adopted,omitempty"` // its containers were started by somebody else, and are never edited
	Project    string            `json:"project,omitempty"` // of an adopted one: the Compose project that it is
	ConfigFile string            `json:"config_file,omitempty"`
	Settings   map[string]string `json:"settings,omitempty"` // those that were chosen, by name
	Defined    string            `json:"defined,omitempty"`  // what the user's Compose files came to, as one
	Compose    string            `json:"compose,omitempty"`  // what was made of it, as a Compose file
	Section    string            `json:"section,omitempty"`  // x-safeport of the user's Compose files, as it was then
	Ready      Ready             `json:"ready"`
	Volumes    []string          `json:"volumes,omitempty"` // of one that was started by hand, which has no Compose file
	Containers []Container       `json:"containers"`
}

// Container is a container of a release, as it has to be when the release serves.
type Container struct {
	ID      string `json:"id"`
	Service string `json:"service"` // of the Compose file; empty for one that was started by hand
	Name    string `json:"name"`    // while it serves
	Restart string `json:"restart"` // policy while it serves
	Retries int    `json:"retries,omitempty"`
	Made    int    `json:"made,omitempty"` // number of the older release that has made it, and whose labels it has; 0: its own
}

// Action is what the user asked for.
type Action string

// The actions that change a host.
const (
	Install   Action = "install"
	Upgrade   Action = "upgrade"
	Rollback  Action = "rollback"
	Uninstall Action = "uninstall"
)

// Pending is a change that has been begun and neither committed nor undone.
type Pending struct {
	Action   Action    `json:"action"`
	From     int       `json:"from"` // number of the release that served, or [None]
	To       int       `json:"to"`   // number of the one that is to serve, or [None]
	Step     StepKind  `json:"step"` // that was begun last
	Since    time.Time `json:"since"`
	Running  bool      `json:"running"`            // from served when it began
	Silent   bool      `json:"silent,omitempty"`   // from ran and did not answer then: an undo does not wait for it either
	Purge    bool      `json:"purge,omitempty"`    // of an uninstallation: the data goes too
	Volumes  []string  `json:"volumes,omitempty"`  // that were not there before the change
	Unnamed  []string  `json:"unnamed,omitempty"`  // of an uninstallation: volumes without a name that its containers had
	Data     []string  `json:"data,omitempty"`     // paths of from that are copied before anything else has them
	Backup   string    `json:"backup,omitempty"`   // the name of that copy
	Restore  string    `json:"restore,omitempty"`  // the name of the copy that to gets its data from
	Undoing  bool      `json:"undoing,omitempty"`  // it has been given up, and is being undone
	Aside    string    `json:"aside,omitempty"`    // of an undo: the name of the copy of what to had made of the data
	Returned bool      `json:"returned,omitempty"` // of an undo: the data is what it was, and from may write to it
	Words    *Words    `json:"words,omitempty"`    // by which to is defined: those of the record when it serves
}

// Touched says whether to may have changed the data by now.
func (p Pending) Touched() bool {
	after := []StepKind{StepStart, StepWait, StepSoak, StepCommit}
	if p.Restore != "" {
		after = append(after, StepRestore, StepPromote)
	}
	return slices.Contains(after, p.Step)
}

func (p Pending) String() string { return p.In(message.English) }

// In is the change in a language.
func (p Pending) In(l message.Language) string {
	return l.Sprintf("%s started at %s, interrupted at step %q", p.Action, p.Since.Local().Format("2006-01-02 15:04:05"), p.Step)
}

// whole says what a record lacks to be one: releases that it speaks of.
func (r *Record) whole() error {
	numbers := []int{r.Current, r.Before}
	if p := r.Pending; p != nil && p.Action != Uninstall {
		numbers = append(numbers, p.From, p.To)
		if p.To == None {
			return message.Errorf("the pending change has no target")
		}
	}
	for _, n := range numbers {
		if n != None && r.Release(n) == nil {
			return message.Errorf("it refers to revision %d, which it doesn't contain", n)
		}
	}
	return nil
}

// Release is the release of that number, or nil.
func (r *Record) Release(number int) *Release {
	i := slices.IndexFunc(r.Releases, func(x Release) bool { return x.Number == number })
	if i < 0 {
		return nil
	}
	return &r.Releases[i]
}

// Has says whether a container is one of the instance's.
func (r *Record) Has(id string) bool {
	return slices.ContainsFunc(r.Releases, func(x Release) bool { return x.Has(id) })
}

// Put adds a release, or replaces the one of its number.
func (r *Record) Put(x Release) {
	r.Drop(x.Number)
	r.Releases = append(r.Releases, x)
	slices.SortFunc(r.Releases, func(a, b Release) int { return a.Number - b.Number })
}

// Drop forgets a release. The others are copied, not moved: a change that is under way points at two of them.
func (r *Record) Drop(number int) {
	r.Releases = slices.DeleteFunc(slices.Clone(r.Releases), func(x Release) bool { return x.Number == number })
}

// Next is the number of the next release.
func (r *Record) Next() int {
	if len(r.Releases) == 0 {
		return 1
	}
	return r.Releases[len(r.Releases)-1].Number + 1
}

// Previous is the release that a rollback goes back to; nil when there is none. It never leads forward: a rollback that
// is said twice, by a person or after a crash, is one.
func (r *Record) Previous() *Release {
	if r.Before >= r.Current {
		return nil
	}
	return r.Release(r.Before)
}

// Project is the Compose project's name of a release.
func Project(instance string, number int) string { return fmt.Sprintf("%s-r%d", instance, number) }

// Aside is the name of a container of a release while it does not serve.
func Aside(name string, number int) string { return fmt.Sprintf("%s-r%d", name, number) }
