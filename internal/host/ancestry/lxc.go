package ancestry

import (
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/safeport/safeport/internal/facts"
)

// lxcMonitor is what the process that looks after a container of LXC, or of what is built on it, calls itself: with the
// directory of the containers, and the name of this one.
const lxcMonitor = "[lxc monitor] "

func (p *process) isLXCMonitor() bool {
	return p.name == "lxc-start" || p.name == "lxc-execute" || len(p.argv) > 0 && strings.HasPrefix(p.argv[0], lxcMonitor)
}

// lxc adds the container that a monitor looks after. One that runs in the foreground has kept its command line.
func (c *chain) lxc(p *process) {
	l := facts.Link{Kind: facts.LinkMachine, Service: "lxc", PID: p.pid, User: c.reader.user(p.uid), Started: p.started}
	if title, is := strings.CutPrefix(strings.Join(p.argv, " "), lxcMonitor); is {
		space := strings.LastIndexByte(title, ' ')
		l.Config, l.Name = title[:max(space, 0)], title[space+1:]
	} else {
		l.Config, l.Name = p.option("-P", "--lxcpath"), p.option("-n", "--name")
	}
	if !containerName().MatchString(l.Name) || l.Config != "" && !path.IsAbs(l.Config) {
		return // the cgroup of what is in it may name it
	}
	for _, known := range []struct{ dir, service string }{{"/incus/containers", "incus"}, {"/lxd/containers", "lxd"}} {
		if strings.HasSuffix(l.Config, known.dir) {
			l.Service = known.service
		}
	}
	// What is started from its own file is started again by its name alone.
	if dir := filepath.Join(c.reader.root, l.Config, l.Name); l.Config != "" {
		if _, err := os.Lstat(filepath.Join(dir, "config")); err == nil {
			l.Directory = dir
		}
	}
	c.add(l)
}

// isMachine says whether a machine that a cgroup names is one that its monitor has told of: the cgroup of a container that has
// been started before the last one was gone has a number behind the name.
func (c *chain) isMachine(named facts.Link) bool {
	return named.Kind == facts.LinkMachine && slices.ContainsFunc(c.links, func(l facts.Link) bool {
		of, is := strings.CutPrefix(named.Name, l.Name)
		return l.Kind == facts.LinkMachine && l.PID != 0 && is && (of == "" || strings.Trim(of[1:], "0123456789") == "" && of[0] == '-')
	})
}
