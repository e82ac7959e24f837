package engine

import "strings"

// PortInUse says whether an engine's error is that a port is in use, which it tells in words alone: those of the kernel, or of
// Docker about a port of another container.
func PortInUse(err error) bool {
	text := err.Error()
	return strings.Contains(text, "address already in use") || strings.Contains(text, "port is already allocated")
}
