package bench

import (
	"fmt"
	"os"
	"testing"
)

// The test binary plays the programs that make a host busy: it is started again with a role in its environment.
func TestMain(m *testing.M) {
	roles := map[string]func(args []string) error{
		"connections": connections, // so many connections over loopback
		"listen":      listen,      // a listener
		"judge":       judge,       // the library, asked again and again
		"soak":        soak,        // the library, asked for a long time
	}
	role := roles[os.Getenv("BENCH_ROLE")]
	if role == nil {
		os.Exit(m.Run())
	}
	if err := role(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
