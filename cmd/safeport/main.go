// Command safeport says whether a service will get its ports on this host, and who is in the way.
package main

import (
	"os"

	"safeport/internal/cli"
)

func main() {
	os.Exit(cli.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
