package advice

import (
	"regexp"
	"strings"
	"sync"

	"github.com/safeport/safeport/internal/message"
)

// asAnother is a command that sudo runs as another user, up to its end or the next command. A user that is a number is none
// that su knows.
var asAnother = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`sudo -(i?)u ([A-Za-z_][\w.@-]*) ((?:\\.|'[^']*'|[^'&|\\])+)`)
})

// here is a command as it works on this host: root needs no sudo, and a small host has none. There su runs what another user has
// to run, whose own shell may be none that takes commands.
func (w *Builder) here(command string) string {
	if !w.Subject.NoSudo {
		return command
	}
	command = asAnother().ReplaceAllStringFunc(command, func(part string) string {
		m := asAnother().FindStringSubmatch(part)
		run := strings.TrimRight(m[3], " ")
		su := "su -s /bin/sh "
		if m[1] != "" {
			su = "su - "
		}
		return su + message.Quote(m[2]) + " -c " + message.Quote(run) + m[3][len(run):]
	})
	if strings.Contains(command, "sudo -") {
		return command
	}
	return strings.ReplaceAll(command, "sudo ", "")
}
