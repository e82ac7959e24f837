package facts

import (
	"time"
)

// LinkKind says what part a link has in how a process came to run.
type LinkKind string

const (
	LinkInit       LinkKind = "init"       // the first process: systemd, or another one
	LinkManager    LinkKind = "manager"    // a user's own systemd
	LinkMachine    LinkKind = "machine"    // a container that is booted like a host: nspawn, LXC and what is built on it
	LinkUnit       LinkKind = "unit"       // of systemd
	LinkLogin      LinkKind = "login"      // of a user: over SSH, or at the console
	LinkTerminal   LinkKind = "terminal"   // a multiplexer: tmux, screen
	LinkEditor     LinkKind = "editor"     // the server of an editor that runs elsewhere
	LinkScheduler  LinkKind = "scheduler"  // cron, at
	LinkSupervisor LinkKind = "supervisor" // supervisord, pm2, runit, s6, OpenRC, monit
	LinkApp        LinkKind = "app"        // of snap or flatpak
	LinkEngine     LinkKind = "engine"     // of containers
	LinkPod        LinkKind = "pod"        // of Kubernetes
	LinkContainer  LinkKind = "container"
	LinkShell      LinkKind = "shell"   // that somebody types into
	LinkWrapper    LinkKind = "wrapper" // a program that does nothing but run another one: sudo, env, sh -c
	LinkProcess    LinkKind = "process"
)

// Link is one step of how a process came to run. What could not be read is empty.
type Link struct {
	Kind    LinkKind
	Name    string // "systemd", "cron.service", "tmux", "python3"
	PID     int    // 0 where the link is no process
	User    string
	Started time.Time
	TTY     string // "pts/3"
	From    string // address that a login came from
	// Service is what the link calls that which it runs: the program of a supervisor, the job of a scheduler, the pane or
	// window of a multiplexer, a containerd's namespace.
	Service string
	// Config is where the link has that from, and what its own client is to be told: a crontab's line ("/etc/cron.d/web:3"),
	// the file of a supervisor, the directory of a service, the socket of tmux.
	Config    string
	ID        string // of a container
	Command   string // masked
	Directory string // the working directory of a process
	Project   string // what is worked on there: "shop (/srv/shop/package.json)"
	// Foreground says that Ctrl-C in the terminal of a process reaches it, and ends it as far as it did not ask otherwise.
	Foreground bool
	Nohup      bool // it goes on when its terminal is closed
	Loose      bool // who started the process has no more to do with it: it is a child of the first process by now
}
