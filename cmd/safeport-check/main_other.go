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
	fmt.Fprintln(os.Stderr, "safeport:", l.Sprintf("this is %s, whose sockets, rules and containers safeport cannot see: containers here run in a Linux machine of their own. Run it where the service will be: on the Linux host, as by ssh HOST safeport check gpustack", runtime.GOOS))
	os.Exit(3)
}
