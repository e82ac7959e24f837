package systemd

import (
	"encoding/hex"
	"path/filepath"
	"strings"
)

// stem is the unit's name without its kind: "web@8080" of "web@8080.socket".
func (u *unit) stem() string { return strings.TrimSuffix(u.name, filepath.Ext(u.name)) }

func (u *unit) prefix() string {
	prefix, _, _ := strings.Cut(u.stem(), "@")
	return prefix
}

func (u *unit) instance() string {
	_, instance, _ := strings.Cut(u.stem(), "@")
	return instance
}

// templateOf is the template of an instance: "web@.socket" of "web@8080.socket"; empty for another unit.
func templateOf(name string) string {
	prefix, instance, ok := strings.Cut(name, "@")
	if kind := filepath.Ext(name); ok && instance != kind {
		return prefix + "@" + kind
	}
	return ""
}

// expand fills in the specifiers that the name alone answers (systemd.unit(5), "Specifiers").
func (u *unit) expand(s string) string {
	if !strings.Contains(s, "%") {
		return s
	}
	last := u.prefix()
	last = last[strings.LastIndexByte(last, '-')+1:]
	return strings.NewReplacer("%%", "%", "%n", u.name, "%N", u.stem(), "%p", u.prefix(), "%P", unescape(u.prefix()),
		"%i", u.instance(), "%I", unescape(u.instance()), "%j", last, "%J", unescape(last)).Replace(s)
}

// unescape undoes systemd-escape(1).
func unescape(s string) string {
	s = strings.ReplaceAll(s, "-", "/")
	for i := strings.Index(s, `\x`); i >= 0 && i+4 <= len(s); {
		b, err := hex.DecodeString(s[i+2 : i+4])
		if err != nil {
			break
		}
		s = s[:i] + string(b) + s[i+4:]
		next := strings.Index(s[i+1:], `\x`)
		if next < 0 {
			break
		}
		i += 1 + next
	}
	return s
}

// escape is systemd-escape(1) for what stands in the middle of a slice's name, where "-" would be another level.
func escape(s string) string { return strings.ReplaceAll(s, "-", `\x2d`) }
