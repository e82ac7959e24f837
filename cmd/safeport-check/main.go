//go:build linux

// Command safeport-check is the core of safeport: it answers for ports and for built-in services, as "safeport check", "who",
// "free", "hold", "map" and "report" do, and links neither Compose nor what changes a host. It is for fleets and install
// scripts, which take it along: it is a fifth of the full program's size, and has answered before that one has begun.
package main

import (
	"os"
	"path/filepath"
	"runtime/debug"

	"github.com/safeport/safeport/internal/ansible"
	"github.com/safeport/safeport/internal/cli"
)

func main() {
	// The program ends before garbage is worth collecting; starting up makes most of it.
	debug.SetGCPercent(400)
	if len(os.Args) > 1 && os.Args[1] == ansible.Command {
		os.Exit(ansible.Program{}.Main(os.Args[2:], os.Stdin, os.Stdout))
	}
	// It has the name that it was given where it was put, and commands to copy begin with what was typed.
	os.Exit(cli.Core(filepath.Base(os.Args[0])).CalledAs(os.Args[0]).Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
