package systemd

import (
	"context"
	"errors"
	"path"
	"slices"
	"strings"

	"github.com/godbus/dbus/v5"

	"github.com/safeport/safeport/internal/facts"
)

// Control tells what becomes of a unit's processes when it is stopped, and what would start it again. The units that are
// given start it, too. pid is the process that is asked about; it ends with the unit unless Control.KillMode is set.
func (m *Manager) Control(ctx context.Context, name string, pid int, given ...string) (*facts.Control, error) {
	b, err := m.connect(ctx)
	if err != nil {
		return m.controlByFiles(name, given)
	}
	defer b.close()
	q := b.askControl(ctx, name)
	active, activeErr := answer[string](q.active)
	file, fileErr := answer[string](q.file)
	triggers, triggersErr := answer[[]string](q.triggers)
	if err := errors.Join(activeErr, fileErr, triggersErr); err != nil {
		return nil, err
	}
	c := &facts.Control{Inactive: active == "inactive" || active == "failed"}
	if isEnabled(file) {
		c.Enabled = append(c.Enabled, name)
	}
	if strings.HasSuffix(name, ".service") {
		c.KillMode = q.outlives(pid)
	}
	if strings.HasSuffix(name, ".socket") {
		c.Started = b.startedBy(ctx, name)
	}
	for _, trigger := range slices.Compact(slices.Sorted(slices.Values(slices.Concat(given, triggers)))) {
		if trigger == name {
			continue
		}
		q := b.askControl(ctx, trigger)
		if state, err := answer[string](q.active); err == nil && state == "active" {
			c.Triggers = append(c.Triggers, trigger)
		}
		if file, err := answer[string](q.file); err == nil && isEnabled(file) {
			c.Enabled = append(c.Enabled, trigger)
		}
	}
	c.Dependents = b.dependents(ctx, slices.Concat([]string{name}, c.Triggers, c.Started))
	b.restrictions(ctx, c, slices.Concat([]string{name}, given, c.Triggers, c.Started, c.Dependents))
	return c, nil
}

// restrictions finds out which of the units cannot be stopped or started by their names.
func (b *bus) restrictions(ctx context.Context, c *facts.Control, units []string) {
	type questions struct{ stop, start, transient, file *dbus.Call }
	slices.Sort(units)
	units = slices.Compact(units)
	asked := make([]questions, len(units))
	for i, name := range units {
		ask := func(property string) *dbus.Call { return b.question(ctx, name, "Unit", property) }
		asked[i] = questions{ask("RefuseManualStop"), ask("RefuseManualStart"), ask("Transient"), ask("UnitFileState")}
	}
	for i, name := range units {
		q := asked[i]
		for _, property := range []struct {
			call *dbus.Call
			to   *[]string
		}{{q.stop, &c.Unstoppable}, {q.start, &c.Unstartable}, {q.transient, &c.Passing}} {
			if is, err := answer[bool](property.call); err == nil && is {
				*property.to = append(*property.to, name)
			}
		}
		if state, err := answer[string](q.file); err == nil && strings.HasPrefix(state, "masked") {
			c.Masked = append(c.Masked, name)
		}
	}
}

// controlQuestions are all that is asked about a unit, at once.
type controlQuestions struct{ active, file, triggers, mode, main, stop *dbus.Call }

func (b *bus) askControl(ctx context.Context, name string) controlQuestions {
	return controlQuestions{
		active:   b.question(ctx, name, "Unit", "ActiveState"),
		file:     b.question(ctx, name, "Unit", "UnitFileState"),
		triggers: b.question(ctx, name, "Unit", "TriggeredBy"),
		mode:     b.question(ctx, name, "Service", "KillMode"),
		main:     b.question(ctx, name, "Service", "MainPID"),
		stop:     b.question(ctx, name, "Service", "ExecStop"),
	}
}

// outlives is the KillMode= by which a process goes on when its service is stopped; empty where it does not. A service that
// has a command to stop it is believed to end by that.
func (q controlQuestions) outlives(pid int) string {
	mode, err := answer[string](q.mode)
	main, mainErr := answer[uint32](q.main)
	if err != nil || mode != "process" && mode != "none" || mode == "process" && mainErr == nil && int(main) == pid {
		return ""
	}
	if stop, err := answer[[][]any](q.stop); err == nil && len(stop) > 0 {
		return ""
	}
	return mode
}

// startedBy are the services that a socket unit has started and that still run: they keep the sockets when it stops.
func (b *bus) startedBy(ctx context.Context, socket string) (active []string) {
	services, err := answer[[]string](b.question(ctx, socket, "Unit", "Triggers"))
	if err != nil {
		return nil
	}
	for _, service := range services {
		if state, err := answer[string](b.askControl(ctx, service).active); err == nil && state == "active" {
			active = append(active, service)
		}
	}
	return active
}

// isEnabled says whether "systemctl disable" has something to take away: what a generator has made, or what has no [Install]
// section, it cannot.
func isEnabled(state string) bool { return state == "enabled" || state == "enabled-runtime" }

// controlByFiles is what the files of a unit say, where systemd cannot be asked. Which process is the main one is not known
// then: none is believed to be.
func (m *Manager) controlByFiles(name string, given []string) (*facts.Control, error) {
	u, err := m.load(name)
	if err != nil || u == nil {
		return nil, err
	}
	c := &facts.Control{Inactive: strings.HasSuffix(name, ".service") && !m.running(u), Triggers: given}
	if mode := u.last("Service", "KillMode"); (mode == "process" || mode == "none") && len(u.all("Service", "ExecStop")) == 0 {
		c.KillMode = mode
	}
	for _, unit := range append([]string{name}, given...) {
		if m.starting("." + unit[strings.LastIndexByte(unit, '.')+1:])[unit] {
			c.Enabled = append(c.Enabled, unit)
		}
		u, err := m.load(unit)
		if err != nil || u == nil {
			continue
		}
		if isTrue(u.last("Unit", "RefuseManualStop")) {
			c.Unstoppable = append(c.Unstoppable, unit)
		}
		if isTrue(u.last("Unit", "RefuseManualStart")) {
			c.Unstartable = append(c.Unstartable, unit)
		}
		if path.Base(path.Dir(u.file)) == "transient" {
			c.Passing = append(c.Passing, unit)
		}
	}
	return c, nil
}
