package ancestry

import (
	"path"
	"strconv"
	"strings"

	"github.com/safeport/safeport/internal/facts"
)

var (
	tmuxPane   = compiled(`^%\d{1,9}$`)
	screenName = compiled(`^\d{1,10}\.[\w.-]{1,100}$`)
	number     = compiled(`^\d{1,9}$`)
)

// multiplexer adds tmux or screen, and the pane or window that a process runs in, as its first process was told.
func (c *chain) multiplexer(p, child *process) bool {
	l := facts.Link{Kind: facts.LinkTerminal, PID: p.pid, User: c.reader.user(p.uid), Started: p.started}
	switch {
	case child == nil:
		return false
	case p.name == "tmux: server":
		l.Name = "tmux"
		// TMUX is "socket,pid,session".
		told := strings.Split(child.environment("TMUX"), ",")
		if pane := child.environment("TMUX_PANE"); len(told) == 3 && told[1] == strconv.Itoa(p.pid) && tmuxPane().MatchString(pane) && path.IsAbs(told[0]) {
			l.Config, l.Service = told[0], pane
		}
	case p.name == "screen" && len(p.argv) > 0 && strings.HasSuffix(p.argv[0], "SCREEN"):
		l.Name = "screen"
		of, window := child.environment("STY"), child.environment("WINDOW")
		if screenName().MatchString(of) && strings.HasPrefix(of, strconv.Itoa(p.pid)+".") && number().MatchString(window) {
			l.Config, l.Service = of, window
		}
	default:
		return false
	}
	l.TTY = child.tty
	c.add(l)
	return true
}

// editors are the servers of editors that run elsewhere, by a part of the path that their program or its script has.
var editors = []struct{ part, name string }{
	{"/.vscode-server", "VS Code Server"}, {"/.cursor-server/", "Cursor Server"}, {"/.windsurf-server/", "Windsurf Server"},
	{"/code-server/", "code-server"}, {"/JetBrains/RemoteDev/", "JetBrains Gateway"}, {"/.zed_server/", "Zed Server"},
}

// editor adds the server of an editor, once.
func (c *chain) editor(p, child *process) bool {
	if child == nil || len(p.argv) == 0 {
		return false
	}
	for _, e := range editors {
		for _, word := range p.argv[:min(2, len(p.argv))] {
			if !strings.Contains(word, e.part) {
				continue
			}
			if have := c.last(facts.LinkEditor); have == nil || have.Name != e.name {
				c.add(facts.Link{Kind: facts.LinkEditor, Name: e.name, PID: p.pid, User: c.reader.user(p.uid), Started: p.started})
			}
			return true
		}
	}
	return false
}
