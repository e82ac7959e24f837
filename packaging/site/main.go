// Command site makes pages of the documentation that can be read in any browser, without JavaScript and without a server: README.md becomes
// index.html, and each page of docs/ one of its own.
package main

import (
	"flag"
	"fmt"
	"os"
)

func main() {
	source := flag.String("source", "..", "safeport's source")
	out := flag.String("o", "../dist/site", "where the pages go")
	flag.Parse()
	if err := write(*source, *out); err != nil {
		fmt.Fprintln(os.Stderr, "site:", err)
		os.Exit(1)
	}
}
