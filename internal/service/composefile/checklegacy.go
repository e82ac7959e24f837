package composefile

import (
	"maps"
	"slices"
	"strings"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/service"
	"github.com/safeport/safeport/internal/settings"
)

// checkLegacy refuses settings that are not there, and steps that say or fill in nothing.
func (d *Definition) checkLegacy() error {
	if d.Legacy == nil {
		return nil
	}
	named := func(name string) error {
		if d.Setting(name) == nil {
			return message.Errorf("%s: legacy: %w", d.Legacy.Where, d.noSetting(name))
		}
		return nil
	}
	for _, name := range d.Legacy.Keeps {
		if err := named(name); err != nil {
			return err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(d.Legacy.Implies)) {
		if err := named(name); err != nil {
			return err
		}
		if err := d.Setting(name).Check(d.Legacy.Implies[name]); err != nil {
			return message.Errorf("%s: legacy implies %s: %w", d.Legacy.Where, name, err)
		}
	}
	steps := d.Legacy.Steps
	if m := d.Legacy.Move; m != nil {
		if err := d.checkCondition(m.When); err != nil {
			return message.Errorf("%s: %w", m.Where, err)
		}
		steps = append(slices.Clone(steps), service.Step{About: m.About, Run: strings.NewReplacer("${docker}", "", "${mounts}", "").Replace(m.Run), Where: m.Where})
	}
	for _, s := range steps {
		if s.About == (message.Words{}) {
			return message.Errorf("%s: the step has no description", s.Where)
		}
		if _, err := substitute(s.Run, func(string) (string, bool) { return "", true }); err != nil {
			return message.Errorf("%s: run: %w", s.Where, err)
		}
		for _, v := range variables(s.Run) {
			if v != "instance" && !slices.ContainsFunc(d.Settings, func(o settings.Setting) bool { return service.Variable(o.Name) == v }) {
				return message.Errorf("%s: run: %w", s.Where, d.noSetting(v))
			}
		}
	}
	return nil
}
