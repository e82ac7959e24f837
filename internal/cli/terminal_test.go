package cli

import "testing"

func TestLinksOnlyWhereTheTerminalKnowsThem(t *testing.T) {
	for name, c := range map[string]struct {
		env  map[string]string
		want bool
	}{
		"nothing known":  {map[string]string{"TERM": "xterm-256color"}, false},
		"GNOME Terminal": {map[string]string{"TERM": "xterm-256color", "VTE_VERSION": "7200"}, true},
		"an old one":     {map[string]string{"TERM": "xterm-256color", "VTE_VERSION": "4800"}, false},
		"VS Code":        {map[string]string{"TERM": "xterm-256color", "TERM_PROGRAM": "vscode"}, true},
		"Apple's":        {map[string]string{"TERM": "xterm-256color", "TERM_PROGRAM": "Apple_Terminal"}, false},
		"kitty":          {map[string]string{"TERM": "xterm-kitty"}, true},
		"tmux in kitty":  {map[string]string{"TERM": "tmux-256color", "KITTY_WINDOW_ID": "1", "TMUX": "/tmp/x"}, false},
		"dumb":           {map[string]string{"TERM": "dumb", "VTE_VERSION": "7200"}, false},
		"Linux console":  {map[string]string{"TERM": "linux"}, false},
	} {
		got := showsLinks(func(name string) (string, bool) { v, ok := c.env[name]; return v, ok })
		if got != c.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}
