// Package ancestry answers how a process came to run: from the first process of the host over units, logins, terminals,
// schedulers and supervisors down to the process itself. Each link is read from the kernel or from files of the one who
// manages it; what cannot be read is left out.
//
// A process is told by what cannot be chosen by its own user where that decides: cron, at and sshd run as root. What a user's
// programs say of themselves (the pane of tmux, a program of pm2) is that user's word, and no more is done with it than to
// name it, or to speak to that user's own programs as that user.
package ancestry

import (
	"slices"

	"github.com/safeport/safeport/internal/facts"
)

// maxParents bounds the parents that are followed: a shell may start itself a thousand times over.
const maxParents = 32

// Of is how a process came to run, the first process first and the process itself last; nil when it is gone.
func (r *Reader) Of(pid int) []facts.Link {
	line := r.line(pid)
	if len(line) == 0 {
		return nil
	}
	c := &chain{reader: r}
	if first := r.process(1); first != nil {
		c.add(facts.Link{Kind: facts.LinkInit, Name: first.name, PID: 1})
	}
	for i, p := range line {
		var child *process
		if i+1 < len(line) {
			child = line[i+1]
		}
		c.places(p)
		c.watched(p)
		c.role(p, child)
	}
	return c.links
}

// line are a process and its parents, the eldest first, without the first process of the host. A parent that began after its
// child is none: the number was given to somebody else since.
func (r *Reader) line(pid int) (line []*process) {
	for range maxParents {
		p := r.process(pid)
		if p == nil || len(line) > 0 && p.start > line[len(line)-1].start {
			break
		}
		if pid == 1 && len(line) > 0 {
			break
		}
		line = append(line, p)
		if p.parent < 1 || pid == 1 {
			break
		}
		pid = p.parent
	}
	slices.Reverse(line)
	return line
}

// role adds what a process is to those below it. child is the next of them; nil for the process that is asked about.
func (c *chain) role(p, child *process) {
	for _, known := range []func(p, child *process) bool{c.manager, c.login, c.multiplexer, c.scheduler, c.supervisor, c.keeper, c.editor} {
		if known(p, child) {
			return
		}
	}
	c.plain(p, child)
}

// watched adds a supervisor that is no parent of what it looks after: OpenRC starts daemons and goes, and monit starts again
// whatever it was told to.
func (c *chain) watched(p *process) {
	if c.last(facts.LinkSupervisor) != nil {
		return
	}
	if name := c.reader.openRCService(p.pid); name != "" {
		c.add(facts.Link{Kind: facts.LinkSupervisor, Name: "openrc", Service: name})
	}
	if name := c.reader.monitService(p.pid); name != "" {
		c.add(facts.Link{Kind: facts.LinkSupervisor, Name: "monit", Service: name})
	}
}

// plain adds a process that is nothing but a process.
func (c *chain) plain(p, child *process) {
	r := c.reader
	l := facts.Link{Kind: facts.LinkProcess, Name: p.title(), PID: p.pid, User: r.user(p.uid), Started: p.started, TTY: p.tty, Command: p.command}
	switch {
	case child != nil && p.wraps():
		l.Kind = facts.LinkWrapper
	case p.isShell() && p.script() == "" && !p.wraps():
		l.Kind = facts.LinkShell
	}
	if child == nil {
		l.Directory, l.Project = r.workplace(p)
		l.Foreground, l.Nohup = p.inForeground(), p.ignores(hangup)
		l.Loose = p.parent <= 1 || r.isManager(p.parent)
	}
	c.add(l)
}

// manager leaves a user's systemd to the place that its cgroup is.
func (c *chain) manager(p, child *process) bool {
	if p.name == "(sd-pam)" {
		return true
	}
	if p.name != "systemd" || child == nil {
		return false
	}
	if l := c.last(facts.LinkManager); l != nil && l.PID == 0 {
		l.PID, l.Started = p.pid, p.started
		return true
	}
	c.add(facts.Link{Kind: facts.LinkInit, Name: p.name, PID: p.pid}) // of a machine
	return true
}
