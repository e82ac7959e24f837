package ancestry

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/safeport/safeport/internal/regular"
)

// openRCService is the service of OpenRC whose daemon a process is. OpenRC's own start-stop-daemon writes down the file that
// has the process; where that of the distribution is used (Debian), the service's script says which it is.
func (r *Reader) openRCService(pid int) string {
	for _, state := range []string{"run/openrc", "lib/rc/init.d"} {
		for _, name := range r.names(filepath.Join(state, "daemons")) {
			files, _ := filepath.Glob(filepath.Join(r.root, state, "daemons", name, "0*"))
			for _, file := range files[:min(len(files), maxIncludes)] {
				if r.namesProcess(file, name, pid) {
					return name
				}
			}
		}
		for _, name := range r.names(filepath.Join(state, "started")) {
			if r.namesProcess(filepath.Join(r.root, "etc/init.d", name), name, pid) {
				return name
			}
		}
	}
	return ""
}

// names are those of a directory's entries, as far as they may be a service's.
func (r *Reader) names(dir string) (names []string) {
	entries, _ := os.ReadDir(filepath.Join(r.root, dir))
	for _, e := range entries[:min(len(entries), maxCrontabs)] {
		if serviceName().MatchString(e.Name()) {
			names = append(names, e.Name())
		}
	}
	return names
}

var pidFile = compiled(`(?m)^pidfile="?(/[^\s"]+)"?\s*$`)

// namesProcess says whether a file names one in which the process stands, as "pidfile=/run/web.pid".
func (r *Reader) namesProcess(file, service string, pid int) bool {
	text, err := regular.Read(file, maxCrontab)
	if err != nil {
		return false
	}
	m := pidFile().FindStringSubmatch(string(text))
	if m == nil {
		return false
	}
	path := strings.NewReplacer("${RC_SVCNAME}", service, "$RC_SVCNAME", service, "${SVCNAME}", service).Replace(m[1])
	return r.pidIn(path) == pid
}
