package feature

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"sync"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/port"
)

// proxyLog is where the process of a proxy device writes: "/var/log/incus/web/proxy.http.log", or
// "…/shop_web/proxy.http.log" for an instance of the project "shop" (Incus internal/server/device/proxy.go). Neither the name of
// a project nor that of an instance may have an underscore.
var proxyLog = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`/(?:([A-Za-z0-9.-]+)_)?([A-Za-z0-9-]+)/proxy\.([A-Za-z0-9._-]+)\.log$`)
})

// ofProxy is the proxy device that a process works for: its arguments do not tell, and its output goes to a file of the device's.
func ofProxy(procRoot string, pid int, tool string) of {
	id := strconv.Itoa(pid)
	if !slices.Contains(arguments(procRoot, id), "forkproxy") {
		return nil // the daemon itself, which has its API there
	}
	log, err := os.Readlink(fmt.Sprintf("%s/%d/fd/1", procRoot, pid))
	m := proxyLog().FindStringSubmatch(log)
	if err != nil || m == nil {
		return nil
	}
	return func(port.Protocol, uint16) *facts.Feature {
		return &facts.Feature{Tool: tool, Project: m[1], Instance: m[2], Name: m[3]}
	}
}
