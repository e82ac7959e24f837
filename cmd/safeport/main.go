//go:build linux

// Command safeport says whether a service will get its ports on this host, and who is in the way.
package main

import (
	"io"
	"os"
	"runtime/debug"

	"github.com/sirupsen/logrus"

	"github.com/safeport/safeport/internal/ansible"
	"github.com/safeport/safeport/internal/cli/change"
	"github.com/safeport/safeport/internal/dockerplugin"
)

func main() {
	// The program ends before garbage is worth collecting; starting up makes most of it.
	debug.SetGCPercent(400)
	logrus.SetOutput(io.Discard) // the Compose library's: what of it matters to the user is said by safeport
	if ansible.Asked(os.Args[1:]) {
		os.Exit(ansible.Main(os.Args[1], os.Stdout))
	}
	args := os.Args[1:]
	if dockerplugin.Called(os.Args) {
		if asked, err := dockerplugin.Describe(args, os.Stdout); asked {
			if err != nil {
				os.Exit(1)
			}
			return
		}
		args = dockerplugin.Arguments(args, func(key, value string) { os.Setenv(key, value) })
	}
	os.Exit(change.Safeport().Main(args, os.Stdin, os.Stdout, os.Stderr))
}
