// Package compose reads Compose files for safeport, by the library of Docker Compose:
//
//	report, err := safeport.Check(ctx, safeport.Request{Files: []string{"compose.yaml"}, Compose: compose.Read})
//
// It is a package of its own for what it brings along: a program that asks for ports and built-in services does not link the
// Compose library and what that needs.
package compose

import (
	"context"

	"github.com/safeport/safeport/internal/service"
	"github.com/safeport/safeport/internal/service/composefile"
)

// Read reads a Compose project. It is what Compose of a safeport.Request is to be.
func Read(ctx context.Context, p service.Project) (*service.Definition, error) {
	return composefile.Read(ctx, p)
}
