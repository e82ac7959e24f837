package release

import (
	"slices"
	"strings"

	"github.com/moby/moby/api/types/container"
)

// asDocker takes out of a container what Podman tells of one for which nobody has chosen it, where Docker tells nothing, and
// writes the rest as Docker does: otherwise its defaults would be carried over as the user's wishes, and in words that
// Podman itself does not take. It was seen in Podman 4.3.
func asDocker(c *container.InspectResponse) {
	h := c.HostConfig
	for _, field := range []struct {
		value   *string
		nothing string
	}{
		{(*string)(&h.PidMode), "private"}, {(*string)(&h.UTSMode), "private"}, {&h.Runtime, "oci"},
		{&c.Config.StopSignal, "15"}, {&c.Config.WorkingDir, "/"},
	} {
		if *field.value == field.nothing {
			*field.value = ""
		}
	}
	if h.MemorySwappiness != nil && *h.MemorySwappiness == 0 {
		h.MemorySwappiness = nil
	}
	if c.Config.StopTimeout != nil && *c.Config.StopTimeout == 0 {
		c.Config.StopTimeout = nil
	}
	const podmansShm = 65_536_000
	if h.ShmSize == podmansShm {
		h.ShmSize = 0
	}
	for _, limit := range h.Ulimits {
		limit.Name = strings.ToLower(strings.TrimPrefix(limit.Name, "RLIMIT_"))
	}
	own := []string{"container=podman", "TERM=xterm", "HOSTNAME=" + c.Config.Hostname}
	c.Config.Env = slices.DeleteFunc(c.Config.Env, func(v string) bool { return slices.Contains(own, v) })
}
