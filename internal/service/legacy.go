package service

import (
	"maps"
	"slices"
	"strings"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/settings"
)

// Move is what a container takes whose data the version that replaces it does not read by itself.
type Move struct {
	When  settings.Condition // of the settings of what replaces it
	About message.Words      // why, and what else it takes
	Run   string             // the commands for it
	Where string             // file and line
}

// Step is one thing to do in a move.
type Step struct {
	About message.Words
	Run   string   // command, or empty
	For   []string // units, files, arguments or variables, without any of which the step is left out; none: always done
	Where string   // file and line
}

// Trace is what is there of an installation without a container.
type Trace struct {
	Unit  *facts.Unit // nil: only files are there
	Files []string    // of all that the definition names
}

// Has says whether what a step is for is there: a unit, a file, an argument of the unit or a variable.
func (t Trace) Has(what string) bool {
	if slices.Contains(t.Files, what) {
		return true
	}
	if t.Unit == nil {
		return false
	}
	has := func(list []string) bool {
		return slices.ContainsFunc(list, func(s string) bool { return s == what || strings.HasPrefix(s, what+"=") })
	}
	return t.Unit.Name == what || has(t.Unit.Args) || has(t.Unit.Env)
}

// LegacyFiles are all files that tell something about an installation without a container.
func (d *Definition) LegacyFiles() []string {
	if d.Legacy == nil {
		return nil
	}
	files := slices.Concat(d.Legacy.Files, d.Legacy.Moved)
	for _, s := range d.Legacy.Steps {
		for _, what := range s.For {
			if strings.HasPrefix(what, "/") && !slices.Contains(files, what) {
				files = append(files, what)
			}
		}
	}
	return files
}

// ExistingLegacy are the settings that carry over from an installation without a container.
func (d *Definition) ExistingLegacy(t Trace) map[string]string {
	if d.Legacy == nil {
		return nil
	}
	found := maps.Clone(d.Legacy.Implies)
	if t.Unit == nil {
		return found
	}
	as := facts.Container{Args: t.Unit.Args, Env: t.Unit.Env}
	for _, name := range d.Legacy.Keeps {
		if text, ok := given(as, d.Setting(name)); ok {
			found[name] = text
		}
	}
	return found
}

// MoveCommand is the command that moves the data of a container; docker is the engine's, and mounts are the options by which
// the container has its data.
func (d *Definition) MoveCommand(values settings.Values, instance, docker, mounts string) string {
	run := strings.NewReplacer("${docker}", docker, "${mounts}", mounts).Replace(d.Legacy.Move.Run)
	if text, err := d.Source.Expand(run, Variables(values, instance)); err == nil { // checked when the definition was read
		return text
	}
	return run
}

// LegacySteps are the steps of the move from what is there, with their commands filled in.
func (d *Definition) LegacySteps(t Trace, values settings.Values, instance string) []Step {
	if d.Legacy == nil {
		return nil
	}
	variables := Variables(values, instance)
	var list []Step
	for _, s := range d.Legacy.Steps {
		if len(s.For) > 0 && !slices.ContainsFunc(s.For, t.Has) {
			continue
		}
		if text, err := d.Source.Expand(s.Run, variables); err == nil { // checked when the definition was read
			s.Run = text
		}
		list = append(list, s)
	}
	return list
}
