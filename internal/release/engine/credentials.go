package engine

import (
	"context"
	"strings"
	"time"

	cerrdefs "github.com/containerd/errdefs"
	"github.com/distribution/reference"
	"github.com/docker/cli/cli/config/types"
	"github.com/moby/moby/api/types/registry"

	"github.com/safeport/safeport/internal/message"
)

// credentials are those that "docker login" has kept for an image's registry, in its file or with a helper of its own.
type credentials struct {
	registry.AuthConfig        // zero: none are kept
	registry            string // "ghcr.io"
	file                string // where docker login keeps them, or the name of the helper that does
}

func (e *Engine) credentials(ctx context.Context, image string) (c credentials, err error) {
	named, err := reference.ParseNormalizedNamed(image)
	if err != nil {
		return c, message.Errorf("image %q: %w", image, err)
	}
	c.registry, c.file = reference.Domain(named), e.docker.ConfigFile().Filename
	key := c.registry
	if key == "docker.io" {
		key = "https://index.docker.io/v1/" // under which docker login keeps it
	}
	stored, err := within(ctx, helperWithin, func() (types.AuthConfig, error) { return e.docker.ConfigFile().GetAuthConfig(key) })
	if err != nil {
		return c, message.Errorf("reading the credentials for %s (see %s): %w", c.registry, c.file, err)
	}
	c.AuthConfig = registry.AuthConfig(stored)
	return c, nil
}

// helperWithin is how long a helper of docker login may take: some ask a person, or a keyring that is locked.
const helperWithin = time.Minute

// within waits so long for what takes no context. It may go on by itself after that.
func within[T any](ctx context.Context, patience time.Duration, do func() (T, error)) (T, error) {
	type result struct {
		value T
		err   error
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	done := make(chan result, 1)
	go func() {
		value, err := do()
		done <- result{value, err}
	}()
	select {
	case r := <-done:
		return r.value, r.err
	case <-ctx.Done():
		var none T
		return none, ctx.Err()
	}
}

// explain says of a pull that failed what is to be done about it where that is a matter of credentials or of the tag.
func (c credentials) explain(ctx context.Context, image string, err error) error {
	switch {
	case !denied(err) && absent(err):
		return c.others(ctx, image, err)
	case !denied(err):
		return message.Errorf("pulling image %s: %w", image, err)
	case c.AuthConfig == registry.AuthConfig{ServerAddress: c.ServerAddress}:
		return message.Errorf("registry %s requires a login for image %s, and %s has none: docker login %s", c.registry, image, c.file, c.registry)
	}
	return message.Errorf("registry %s rejects the credentials in %s: docker login %s", c.registry, c.file, c.registry)
}

// denied says whether a registry has refused to answer this user. Engines pass on what the registry said as text: "no basic
// auth credentials" and "unauthorized: …" (Docker 20.10), "401 Unauthorized" (Docker 28 with containerd's store), "denied:
// …" (registries that do not tell whether the image is there), "authentication required" (Podman 4.3).
func denied(err error) bool {
	if cerrdefs.IsUnauthorized(err) || cerrdefs.IsPermissionDenied(err) {
		return true
	}
	text := err.Error()
	for _, said := range []string{"no basic auth credentials", "unauthorized", "401 Unauthorized", "denied: ", "authentication required"} {
		if strings.Contains(text, said) {
			return true
		}
	}
	return false
}
