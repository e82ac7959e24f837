package adopt

import (
	"slices"
	"strings"

	"github.com/compose-spec/compose-go/v2/types"

	"github.com/safeport/safeport/internal/release/engine"
)

// HasMore says whether a container that Compose has made has a variable or a mount that its service does not give it: what was there when it was
// made, and is in no file any more.
func HasMore(s engine.Serving, serving []engine.Serving, defined types.ServiceConfig) bool {
	for name := range Observed(s).Environment {
		if _, ok := defined.Environment[name]; !ok && !s.Podman && !isProxy(name) {
			return true
		}
	}
	files := filesOf(defined)
	for _, m := range withoutOthers(observedMounts(s.Inspect), s, serving) {
		given := slices.ContainsFunc(defined.Volumes, func(v types.ServiceVolumeConfig) bool { return v.Target == m.Target })
		if !given && !isAnonymous(m) && m.Type != types.VolumeTypeTmpfs && !slices.Contains(files, m.Target) && !defined.UseAPISocket {
			return true
		}
	}
	return false
}

// isProxy says whether Compose gives a container a variable because its user's configuration of Docker has a proxy.
func isProxy(name string) bool {
	return slices.Contains([]string{"http_proxy", "https_proxy", "ftp_proxy", "no_proxy", "all_proxy"}, strings.ToLower(name))
}
