package report

import (
	"time"
)

// Link is one step of how a holder came to run: in [Holder.Chain] the first process of the host stands first, and the holder
// itself last. What could not be read is left out.
type Link struct {
	// Kind is what part the link has: init, manager (a user's own systemd), machine, unit, login, terminal (tmux, screen),
	// editor, scheduler (cron, at), supervisor, app (snap, flatpak), engine, pod, container, shell, wrapper (a program that
	// does nothing but run another one) or process.
	Kind  string     `json:"kind"`
	Name  string     `json:"name"` // "systemd", "cron.service", "tmux", "python3"
	PID   int        `json:"pid,omitempty"`
	User  string     `json:"user,omitempty"`
	Since *time.Time `json:"since,omitempty"`
	TTY   string     `json:"tty,omitempty"`  // "pts/3"
	From  string     `json:"from,omitempty"` // address that a login came from
	// Service is what the link calls that which it runs: a program of supervisord, a job of at, a pane of tmux, a namespace
	// of containerd.
	Service string `json:"service,omitempty"`
	// Config is where the link has that from: a line of a crontab ("/etc/cron.d/web:3"), a supervisor's file, the directory
	// of a service, the socket of tmux.
	Config    string `json:"config,omitempty"`
	Command   string `json:"command,omitempty"`   // secrets are masked
	Directory string `json:"directory,omitempty"` // the working directory
	Project   string `json:"project,omitempty"`   // what is worked on there: "shop (/srv/shop/package.json)"
	Nohup     bool   `json:"nohup,omitempty"`     // it goes on when its terminal is closed
}
