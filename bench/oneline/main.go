// Command oneline prints a line: what the shortest Go program takes to start and to end.
package main

import (
	"fmt"
)

func main() { fmt.Println("free") }
