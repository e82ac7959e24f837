// Package instance answers which of the host's containers are the installation of a service that the user speaks of, and
// which only look like it.
package instance

import (
	"slices"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/service"
)

// Situation says what of the instance is there already.
type Situation string

// The situations, as the report writes them.
const (
	Fresh         Situation = "fresh"          // nothing is there
	Upgrade       Situation = "upgrade"        // it runs
	Reinstall     Situation = "reinstall"      // it ran, and is stopped
	HalfInstalled Situation = "half-installed" // its container was created and never ran
)

// Instance is one installation of a service, or the place where one would be.
type Instance struct {
	Name       string
	Situation  Situation
	Containers []facts.Container // its own, running ones first
	Unit       string            // the systemd unit that it is instead of a container, after [Instance.Observe]
	Trace      *service.Trace    // what is there of an installation without a container, after [Instance.Legacy]; or nil
	// Others are containers of other installations of the same service.
	Others []facts.Container
	// NameTaken is a container that has the instance's name and is not the service's.
	NameTaken *facts.Container
	// Ambiguous are containers of several installations, none of which has the service's usual name: the user must say
	// which is meant. Containers is empty then.
	Ambiguous []facts.Container

	units []string // that count as this instance
}

// Find looks for the instance among the containers of the host. An empty name means the one that is there; of several,
// the one with the service's usual name.
func Find(def *service.Definition, name string, containers []facts.Container) Instance {
	groups := group(def, containers)
	chosen, ambiguous := choose(def, name, groups)
	in := Instance{Name: name, Situation: Fresh}
	switch {
	case chosen != nil && name == "":
		in.Name = chosen.name
	case name == "":
		in.Name = def.Instance
	}
	for _, g := range groups {
		switch {
		case g == chosen:
			in.Containers = g.containers
		case ambiguous:
			in.Ambiguous = append(in.Ambiguous, g.containers...)
		default:
			in.Others = append(in.Others, g.containers...)
		}
	}
	in.Situation = situation(in.Containers)
	if in.Name == def.Instance {
		in.units = def.Identity.Units
	}
	for i, c := range containers {
		if c.Name == in.Name && !contains(in.Containers, c) && !contains(in.Ambiguous, c) {
			in.NameTaken = &containers[i]
		}
	}
	return in
}

// All are the installations of a service among the containers of the host.
func All(def *service.Definition, containers []facts.Container) []Instance {
	var list []Instance
	for _, g := range group(def, containers) {
		list = append(list, Find(def, g.name, containers))
	}
	return list
}

// Observe takes in what holds the wanted ports: an instance without a container may run as a systemd unit, as GPUStack's
// script installations did.
func (in *Instance) Observe(claims []facts.PortUse) {
	if len(in.Containers) > 0 || len(in.Ambiguous) > 0 {
		return // a unit beside the container is another installation, and in its way
	}
	for _, c := range claims {
		if !c.UserUnit && c.Machine.Kind == facts.NoMachine && slices.Contains(in.units, c.Unit) {
			in.Unit, in.Situation = c.Unit, Upgrade
			return
		}
	}
}

// Owns says whether a port use is the instance's own.
func (in *Instance) Owns(c facts.PortUse) bool {
	if c.Owner.ID != "" {
		return contains(in.Containers, c.Owner)
	}
	return in.Unit != "" && c.Unit == in.Unit && !c.UserUnit && c.Machine.Kind == facts.NoMachine
}

func contains(list []facts.Container, c facts.Container) bool {
	return slices.ContainsFunc(list, func(o facts.Container) bool { return o.ID == c.ID && o.Foreign == c.Foreign })
}

// situation is what the most living of the containers tells.
func situation(containers []facts.Container) Situation {
	switch {
	case len(containers) == 0:
		return Fresh
	case slices.ContainsFunc(containers, running):
		return Upgrade
	case slices.ContainsFunc(containers, func(c facts.Container) bool { return c.Started }):
		return Reinstall
	}
	return HalfInstalled
}

func running(c facts.Container) bool {
	return c.State == "running" || c.State == "paused" || c.State == "restarting"
}
