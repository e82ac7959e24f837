package journal

import (
	"slices"
	"strings"

	"github.com/safeport/safeport/internal/mask"
)

// telling are the options whose values are the business of nobody who waits for a lock, whatever their names say.
var telling = []string{"--env", "--set"}

// commandLine is the command of a run as others may read it: by its base name, with no value of a variable or a setting.
func commandLine(args []string) string {
	shown := []string{"safeport"}
	hide := false
	for _, arg := range args[min(1, len(args)):] {
		option, value, joined := strings.Cut(arg, "=")
		switch {
		case hide:
			name, _, _ := strings.Cut(arg, "=")
			shown, hide = append(shown, name+"=***"), false
		case joined && slices.Contains(telling, option):
			name, _, _ := strings.Cut(value, "=")
			shown = append(shown, option+"="+name+"=***")
		default:
			shown, hide = append(shown, arg), slices.Contains(telling, arg)
		}
	}
	return mask.Command(shown)
}
