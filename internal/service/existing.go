package service

import (
	"maps"
	"slices"
	"strings"

	"github.com/distribution/reference"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/settings"
)

// Existing are the settings that an installed container uses, as far as it shows them: its arguments, its environment,
// and the ports, the volume and the image that it was given. What it leaves at the default is not in the result.
//
// Settings named network, volume and image are read off the container itself, and one named installed is true.
func (d *Definition) Existing(c facts.Container) map[string]string {
	found := map[string]string{}
	for i := range d.Settings {
		if s := &d.Settings[i]; s.Flag != "" || s.Env != "" {
			if text, ok := given(c, s); ok {
				found[s.Name] = text
			}
		}
	}
	if c.Network != "host" {
		d.existingPorts(c, found)
	}
	d.existingPlace(c, found)
	return found
}

// given is the value of a setting among a container's arguments ("--port 9090", "--port=9090", "--debug") or in its
// environment. Arguments weigh more, and of several the last one.
func given(c facts.Container, s *settings.Setting) (string, bool) {
	if s.Flag != "" {
		for i, arg := range slices.Backward(c.Args) {
			if value, ok := strings.CutPrefix(arg, "--"+s.Flag+"="); ok {
				return value, true
			}
			switch {
			case arg != "--"+s.Flag:
			case s.Type == settings.Bool:
				return "true", true
			case i+1 < len(c.Args):
				return c.Args[i+1], true
			}
		}
	}
	if s.Env != "" {
		return lookupEnv(c.Env, s.Env)
	}
	return "", false
}

func lookupEnv(env []string, name string) (string, bool) {
	for _, e := range slices.Backward(env) {
		if value, ok := strings.CutPrefix(e, name+"="); ok {
			return value, true
		}
	}
	return "", false
}

// existingPorts replaces the ports that the container listens on inside by those that they are published on.
func (d *Definition) existingPorts(c facts.Container, found map[string]string) {
	told := maps.Clone(found)
	for _, chosen := range d.Chosen {
		delete(found, chosen.Setting)
	}
	for _, chosen := range d.Chosen {
		if _, ok := found[chosen.Setting]; ok {
			continue // by an entry before, for another case
		}
		inside := chosen.Target
		if text, ok := told[chosen.Inside]; ok {
			inside = uint16(atou(text))
		}
		i := slices.IndexFunc(c.Published, func(p facts.Publication) bool {
			return p.Container == inside && p.Protocol.String() == chosen.Protocol && p.Host.Len() > 0
		})
		if i < 0 {
			continue
		}
		p := c.Published[i]
		found[chosen.Setting] = p.Host.String()
		if chosen.Address != "" && p.Addr.IsValid() && !onEveryAddress(c.Published, p) {
			found[chosen.Address] = p.Addr.String()
		}
		if s := d.Setting(chosen.Toggle); s != nil {
			found[s.Name] = "true"
		}
	}
}

// onEveryAddress says whether a publication on 0.0.0.0 has its twin on [::]: that is how engines tell of one that names no
// address.
func onEveryAddress(published []facts.Publication, p facts.Publication) bool {
	return p.Addr.IsUnspecified() && slices.ContainsFunc(published, func(o facts.Publication) bool {
		return o.Addr.IsUnspecified() && o.Addr.Is4() != p.Addr.Is4() && o.Protocol == p.Protocol && o.Host == p.Host && o.Container == p.Container
	})
}

// existingPlace finds the network, the volume at the data directory and the image's repository.
func (d *Definition) existingPlace(c facts.Container, found map[string]string) {
	set := func(name, value string) {
		if d.Setting(name) != nil && value != "" {
			found[name] = value
		}
	}
	set("installed", "true")
	set("network", "bridge")
	if c.Network == "host" {
		set("network", "host")
	}
	for _, m := range c.Mounts {
		if m.Destination == d.Identity.Data {
			set("volume", m.Volume)
		}
	}
	// An id, left when the tag has moved on, reads like a repository named "sha256".
	named, err := reference.ParseNormalizedNamed(c.Image)
	if err == nil && !strings.HasPrefix(c.Image, "sha256:") && !reference.IsNameOnly(named) {
		set("image", reference.FamiliarName(named))
	}
}
