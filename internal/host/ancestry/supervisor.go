package ancestry

import (
	"path"
	"path/filepath"
	"strings"

	"github.com/safeport/safeport/internal/facts"
)

// serviceName is what a supervisor may call a service for it to be put into a command.
var serviceName = compiled(`^[\w][\w.:@+-]{0,99}$`)

// supervisor adds one that starts a process again when it ends, and the name by which it knows the process.
func (c *chain) supervisor(p, child *process) bool {
	l := facts.Link{Kind: facts.LinkSupervisor, PID: p.pid, User: c.reader.user(p.uid), Started: p.started}
	switch {
	case child == nil:
		return false
	case p.name == "supervisord":
		l.Name = "supervisord"
		l.Service, l.Config = c.reader.supervisorProgram(p, child)
	case strings.HasPrefix(p.name, "PM2 v"):
		l.Name = "pm2"
		l.Service, l.Config = pm2App(p, child)
	case p.name == "runsvdir", p.name == "s6-svscan", p.name == "svscan":
		return true // each service has a process of its own below it, which is told in its stead
	case p.name == "runsv":
		l.Name = "runit"
		l.Service, l.Config = serviceDirectory(p)
	case p.name == "s6-supervise":
		l.Name = "s6"
		l.Service, l.Config = serviceDirectory(p)
	case p.name == "supervise" && len(p.argv) == 2:
		l.Name = "daemontools"
		l.Service, l.Config = serviceDirectory(p)
	case p.name == "supervise-daemo" && len(p.argv) > 1:
		l.Name = "openrc"
		if name := p.argv[1]; serviceName().MatchString(name) {
			l.Service = name
		}
	case p.name == "monit":
		l.Name = "monit"
		l.Service = c.reader.monitService(child.pid)
	default:
		return false
	}
	if have := c.last(facts.LinkSupervisor); have != nil && have.PID == 0 && have.Name == l.Name && have.Service == l.Service {
		*have = l // its own files have told of it
		return true
	}
	c.add(l)
	return true
}

// supervisorProgram is the program of supervisord that a process is, as supervisord told it, and the file that it reads.
func (r *Reader) supervisorProgram(p, child *process) (name, config string) {
	name, group := child.environment("SUPERVISOR_PROCESS_NAME"), child.environment("SUPERVISOR_GROUP_NAME")
	if group != "" && group != name {
		name = group + ":" + name
	}
	if !serviceName().MatchString(name) {
		name = ""
	}
	config = p.option("-c", "--configuration")
	if config != "" && !path.IsAbs(config) {
		config = filepath.Join(p.link("cwd"), config)
	}
	return name, config
}

// pm2Home is the directory that pm2's daemon has in its title: "PM2 v5.3.0: God Daemon (/root/.pm2)".
var pm2Home = compiled(`God Daemon \((/[^()]+)\)`)

// pm2App is the application of pm2 that a process is, as pm2 told it.
func pm2App(p, child *process) (name, home string) {
	if m := pm2Home().FindStringSubmatch(strings.Join(p.argv, " ")); m != nil {
		home = m[1]
	}
	if name = child.environment("name"); child.environment("pm_id") == "" || !serviceName().MatchString(name) {
		name = ""
	}
	return name, home
}

// serviceDirectory is the directory of a service, where its supervisor is at work.
func serviceDirectory(p *process) (name, dir string) {
	if dir = p.link("cwd"); !path.IsAbs(dir) {
		return "", ""
	}
	return path.Base(dir), dir
}
