package systemd

import (
	"slices"
	"strings"

	"github.com/safeport/safeport/internal/facts"
)

// sandbox tells what a service's own settings take from it that binding a port needs. A command with "+" is exempt.
func (u *unit) sandbox(b *facts.Binder) {
	if commands := u.all("Service", "ExecStart"); len(commands) > 0 {
		prefixes := commands[0][:len(commands[0])-len(strings.TrimLeft(commands[0], "@-:+!|"))]
		if strings.Contains(prefixes, "+") {
			return
		}
	}
	b.NoV4 = !u.allows("RestrictAddressFamilies", "AF_INET", nil)
	b.NoV6 = !u.allows("RestrictAddressFamilies", "AF_INET6", nil)
	b.NoBind = slices.ContainsFunc([]string{"socket", "bind", "listen"}, func(call string) bool {
		return !u.allows("SystemCallFilter", call, networkCalls)
	})
}

// networkCalls are the groups of system calls with those that binding a port takes (systemd-analyze syscall-filter).
var networkCalls = []string{"@network-io", "@system-service", "@known"}

// allows says whether a list of systemd.exec(5) that allows or, begun by a tilde, forbids has a name or a group that it is in:
// the first line says which of the two it is, and later ones add to it or take from it.
func (u *unit) allows(key, name string, groups []string) bool {
	allowing, said, listed := false, false, false
	for _, value := range u.all("Service", key) {
		list, inverted := strings.CutPrefix(value, "~")
		if !said {
			allowing, said = !inverted, true
		}
		for _, word := range strings.Fields(list) {
			word, _, _ = strings.Cut(word, ":") // "bind:EPERM"
			if word == name || slices.Contains(groups, word) {
				listed = inverted != allowing
			}
		}
	}
	return !said || listed == allowing
}
