//go:build linux

// Command safeport says whether a service will get its ports on this host, and who is in the way.
package main

import (
	"io"
	"os"
	"runtime/debug"

	"github.com/sirupsen/logrus"

	"github.com/safeport/safeport/internal/ansible"
	"github.com/safeport/safeport/internal/ansible/change"
	clichange "github.com/safeport/safeport/internal/cli/change"
	"github.com/safeport/safeport/internal/dockerplugin"
)

func main() {
	// The program ends before garbage is worth collecting; starting up makes most of it.
	debug.SetGCPercent(400)
	logrus.SetOutput(io.Discard) // the Compose library's: what of it matters to the user is said by safeport
	args := os.Args[1:]
	if len(args) > 0 && args[0] == ansible.Command {
		os.Exit(change.Safeport().Main(args[1:], os.Stdin, os.Stdout))
	}
	if dockerplugin.Called(os.Args) {
		if asked, err := dockerplugin.Describe(args, os.Stdout); asked {
			if err != nil {
				os.Exit(1)
			}
			return
		}
		args = dockerplugin.Arguments(args, func(key, value string) { os.Setenv(key, value) })
	}
	os.Exit(clichange.Safeport().CalledAs(os.Args[0]).Main(args, os.Stdin, os.Stdout, os.Stderr))
}
