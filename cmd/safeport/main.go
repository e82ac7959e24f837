// Command safeport says whether a service will get its ports on this host, and who is in the way.
package main

import (
	"os"
	"runtime/debug"

	"safeport/internal/cli"
)

func main() {
	// The program ends before garbage is worth collecting; starting up makes most of it.
	debug.SetGCPercent(400)
	os.Exit(cli.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
