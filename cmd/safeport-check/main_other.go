//go:build !linux

package main

import (
	"fmt"
	"os"
	"runtime"

	"github.com/safeport/safeport/internal/message"
)

// Sockets, rules and units are looked at as Linux shows them: elsewhere there is nothing to ask, and to guess would be to lie.
func main() {
	l := message.OfLocale(os.Getenv)
	fmt.Fprintln(os.Stderr, "safeport:", l.Sprintf("safeport runs on Linux, not %s, where containers run in a Linux VM. Run it on the service's host: ssh HOST safeport check gpustack", runtime.GOOS))
	os.Exit(3)
}
