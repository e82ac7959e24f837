package composefile

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/internal/service"
	"github.com/safeport/safeport/internal/settings"
)

// checkSection refuses a section whose parts do not fit together: a condition on a setting that is not there, a condition
// that depends on itself, a bind without a port.
func (d *Definition) checkSection() error {
	for _, s := range d.Settings {
		if err := d.checkSetting(s); err != nil {
			return message.Errorf("%s: setting %s: %w", s.Where, s.Name, err)
		}
	}
	if err := d.checkCycles(); err != nil {
		return err
	}
	for _, b := range d.Binds {
		if err := d.checkBind(b); err != nil {
			return message.Errorf("%s: bind %s: %w", b.Where, b.Name, err)
		}
	}
	if err := d.checkReady(); err != nil {
		return err
	}
	if err := d.checkLegacy(); err != nil {
		return err
	}
	for _, at := range d.items("ports") {
		c, err := at.when()
		if err != nil {
			return err
		}
		if err := d.checkCondition(c); err != nil {
			return message.Errorf("%s: %w", at.where(), err)
		}
		if n := child(at.node, "x-about"); n != nil {
			if err := at.words(new(message.Words))(follow(n)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (d *Definition) checkSetting(s settings.Setting) error {
	switch {
	case !slices.Contains(settings.Types(), s.Type):
		return message.Errorf("type %q is not one of %v", s.Type, settings.Types())
	case s.Type == settings.Choice && len(s.Choices) == 0:
		return message.Errorf("a choice requires choices")
	case s.With != "" && d.Setting(s.With) == nil:
		return d.noSetting(s.With)
	}
	for _, c := range s.Conditions() {
		if err := d.checkCondition(c); err != nil {
			return err
		}
	}
	for _, v := range s.Size {
		if n, err := strconv.Atoi(v.Value); err != nil || n < 1 || n > 65535 {
			return message.Errorf("size %q is not a number of ports", v.Value)
		}
	}
	for _, v := range s.Defaults {
		if err := s.Check(v.Value); err != nil {
			return message.Errorf("default: %w", err)
		}
	}
	return nil
}

func (d *Definition) checkCondition(c settings.Condition) error {
	for _, term := range c {
		if d.Setting(term.Setting) == nil {
			return d.noSetting(term.Setting)
		}
	}
	return nil
}

func (d *Definition) checkBind(b service.Bind) error {
	if b.Name == "" {
		return message.Errorf("missing name")
	}
	if _, err := port.ParseTried(b.Protocol); err != nil {
		return err
	}
	if d.Setting(b.Port) == nil {
		if _, err := port.ParseRange(b.Port); err != nil {
			return message.Errorf("%q is neither a setting nor a port", b.Port)
		}
	}
	if b.Address != "" {
		if _, err := netip.ParseAddr(b.Address); err != nil {
			return message.Errorf("address %q is not an IP address", b.Address)
		}
	}
	if n, err := strconv.Atoi(b.Need); b.Need != "all" && b.Need != "any" && (err != nil || n < 1) {
		return message.Errorf("need %q is not all, any or a number", b.Need)
	}
	return d.checkCondition(b.When)
}

// checkReady refuses a port to ask that nothing has for a name.
func (d *Definition) checkReady() error {
	if d.Ready == nil {
		return nil
	}
	var names []string
	for _, b := range d.Binds {
		names = append(names, b.Name)
	}
	for _, at := range d.items("ports") {
		if n := child(at.node, "name"); n != nil {
			names = append(names, n.Value)
		}
	}
	if slices.Contains(names, d.Ready.Port) {
		return nil
	}
	if near := settings.Near(d.Ready.Port, names); near != "" {
		return message.Errorf("%s: ready: no port %q: did you mean %q?", d.Ready.Where, d.Ready.Port, near)
	}
	return message.Errorf("%s: ready: no port %q", d.Ready.Where, d.Ready.Port)
}

// checkCycles refuses conditions that go round in a circle.
func (d *Definition) checkCycles() error {
	done := map[string]bool{}
	var visit func(name string, path []string) error
	visit = func(name string, path []string) error {
		if i := slices.Index(path, name); i >= 0 {
			return message.Errorf("%s: the condition of setting %s depends on itself: %s", d.Setting(name).Where, name,
				strings.Join(append(path[i:], name), ", "))
		}
		if done[name] {
			return nil
		}
		for _, c := range d.Setting(name).Conditions() {
			for _, term := range c {
				if err := visit(term.Setting, append(path, name)); err != nil {
					return err
				}
			}
		}
		done[name] = true
		return nil
	}
	for _, s := range d.Settings {
		if err := visit(s.Name, nil); err != nil {
			return err
		}
	}
	return nil
}

func (d *Definition) noSetting(name string) error {
	var names []string
	for _, s := range d.Settings {
		names = append(names, s.Name)
	}
	if near := settings.Near(name, names); near != "" {
		return message.Errorf("no setting %q: did you mean %q?", name, near)
	}
	return message.Errorf("no setting %q", name)
}

// HasPage says whether the port that is asked when the service is ready is one that people open in a browser.
func (d *Definition) HasPage() bool {
	if d.Ready == nil {
		return false
	}
	for _, b := range d.Binds {
		if b.Name == d.Ready.Port && b.Web {
			return true
		}
	}
	for _, at := range d.items("ports") {
		name, web := child(at.node, "name"), child(at.node, "x-web")
		if name != nil && name.Value == d.Ready.Port && web != nil && web.Value == "true" {
			return true
		}
	}
	return false
}
