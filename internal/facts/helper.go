package facts

import (
	"strings"
)

// IsHelper says whether a program binds ports for containers, so that it is never the answer itself.
func IsHelper(name string) bool {
	switch name {
	case "docker-proxy", "dockerd", "conmon", "rootlessport", "rootlessport-child", "rootlesskit", "docker-rootlesskit", "slirp4netns", "vpnkit", "com.docker.backend":
		return true
	}
	return strings.HasPrefix(name, "pasta")
}
