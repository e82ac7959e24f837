// Package feature finds which feature of a daemon that the host lives on has a port, so that the feature can be turned off and
// the daemon left alone: tailscale serve and funnel, and proxy devices of Incus and LXD.
package feature

import (
	"context"
	"os"
	"strings"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/port"
)

// Finder finds features. Each process is asked once.
type Finder struct {
	proc  string
	known map[int]of
}

// of says what a process has a port for; nil where that is not seen.
type of func(protocol port.Protocol, n uint16) *facts.Feature

// Open makes a Finder. procRoot is "/proc".
func Open(procRoot string) *Finder { return &Finder{proc: procRoot, known: map[int]of{}} }

// Of says what a process has a port for; nil where that is not seen. Only root's processes are asked: a name and arguments are
// what any user gives his own.
func (f *Finder) Of(ctx context.Context, p facts.Process, protocol port.Protocol, n uint16) *facts.Feature {
	if p.User != "root" {
		return nil
	}
	find, known := f.known[p.PID]
	if !known {
		find = f.ask(ctx, p)
		f.known[p.PID] = find
	}
	if find == nil {
		return nil
	}
	return find(protocol, n)
}

func (f *Finder) ask(ctx context.Context, p facts.Process) of {
	switch p.Name {
	case "tailscaled":
		return ofTailscale(ctx, f.proc, p.PID)
	case "incusd":
		return ofProxy(f.proc, p.PID, "incus")
	case "lxd":
		return ofProxy(f.proc, p.PID, "lxc")
	}
	return nil
}

// arguments are a process's.
func arguments(procRoot, pid string) []string {
	text, err := os.ReadFile(procRoot + "/" + pid + "/cmdline")
	if err != nil {
		return nil
	}
	return strings.Split(strings.TrimRight(string(text), "\x00"), "\x00")
}
