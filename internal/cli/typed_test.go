package cli

import (
	"strings"
	"testing"

	"github.com/rivo/uniseg"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/output"
)

func TestCommandsAreAsTyped(t *testing.T) {
	here := Typed{User: "./bin/safeport", Sudo: "./bin/safeport"}
	home := Typed{User: "safeport", Sudo: "/home/ann/.local/bin/safeport"}
	core := Typed{User: "safeport-check", Sudo: "safeport-check"}
	plugin := Typed{User: "docker safeport", Sudo: "docker safeport"}
	for _, tt := range []struct {
		as         Typed
		core       bool
		text, want string
	}{
		{here, false, "safeport install gpustack --port 8080", "./bin/safeport install gpustack --port 8080"},
		{here, false, "sudo safeport free-up 80/tcp", "sudo ./bin/safeport free-up 80/tcp"},
		{here, false, `to check it, run "safeport check 80"`, `to check it, run "./bin/safeport check 80"`},
		{here, false, "详细说明：safeport --explain latent", "详细说明：./bin/safeport --explain latent"},
		{here, false, "  safeport free 3\n  safeport hold 8080", "  ./bin/safeport free 3\n  ./bin/safeport hold 8080"},
		{here, false, "safeport a | safeport who 80", "safeport a | ./bin/safeport who 80"},
		// What is no command of it stays.
		{here, false, "/opt/safeport check", "/opt/safeport check"},
		{here, false, "safeport checks it, and safeport free-upper", "safeport checks it, and safeport free-upper"},
		{here, false, "docker compose -p safeport up", "docker compose -p safeport up"},
		{home, false, "safeport who 80", "safeport who 80"},
		{home, false, "sudo safeport who 80", "sudo /home/ann/.local/bin/safeport who 80"},
		{plugin, false, "sudo safeport who 80", "sudo docker safeport who 80"},
		{core, true, "sudo safeport who 80", "sudo safeport-check who 80"},
		{core, true, "safeport install gpustack", "safeport install gpustack"}, // it has no such command
	} {
		if got := tt.as.in(tt.text, tt.core); got != tt.want {
			t.Errorf("as %s: %q became %q, want %q", tt.as.User, tt.text, got, tt.want)
		}
	}
}

// What the program says of itself fits a terminal, in whole words and with nothing lost.
func TestHelpFitsTheTerminal(t *testing.T) {
	squeezed := func(s string) string { return strings.Join(strings.Fields(s), "") }
	for _, l := range []message.Language{message.English, message.Chinese} {
		for _, text := range []string{overview, coreOverview, checkLong, whoLong, mapLong, holdLong} {
			text = l.Translate(text)
			for _, columns := range []int{50, 80} {
				got := fitting(text, output.Options{Width: columns, Columns: columns})
				for line := range strings.Lines(got) {
					if n := uniseg.StringWidth(strings.TrimRight(line, "\n")); n > columns {
						t.Errorf("%s, %d columns: a line takes %d: %s", l, columns, n, line)
					}
				}
				if squeezed(got) != squeezed(text) {
					t.Errorf("%s, %d columns: became another text:\n%s", l, columns, got)
				}
			}
			if got := fitting(text, output.Options{Width: 100}); got != text {
				t.Errorf("without a terminal it became another text:\n%s", got)
			}
		}
	}
}
