package ancestry

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/safeport/safeport/internal/regular"
)

// openRCService is the service of OpenRC whose daemon a process is. OpenRC's own start-stop-daemon writes down the file that
// has the process; where that of the distribution is used (Debian), the service's script says which it is. All are read at once:
// a host has thousands of processes, and most of them are none.
func (r *Reader) openRCService(pid int) string {
	if r.openRC == nil {
		r.openRC = map[int]string{}
		for _, state := range []string{"run/openrc", "lib/rc/init.d"} {
			r.readOpenRC(state)
		}
	}
	return r.openRC[pid]
}

func (r *Reader) readOpenRC(state string) {
	add := func(file, name string) {
		pid := r.processOf(file, name)
		if _, known := r.openRC[pid]; !known && pid > 0 {
			r.openRC[pid] = name
		}
	}
	for _, name := range r.names(filepath.Join(state, "daemons")) {
		files, _ := filepath.Glob(filepath.Join(r.root, state, "daemons", name, "0*"))
		for _, file := range files[:min(len(files), maxIncludes)] {
			add(file, name)
		}
	}
	for _, name := range r.names(filepath.Join(state, "started")) {
		add(filepath.Join(r.root, "etc/init.d", name), name)
	}
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

// processOf is the process that stands in the file that another one names, as "pidfile=/run/web.pid"; 0: none.
func (r *Reader) processOf(file, service string) int {
	text, err := regular.Read(file, maxCrontab)
	if err != nil {
		return 0
	}
	m := pidFile().FindStringSubmatch(string(text))
	if m == nil {
		return 0
	}
	path := strings.NewReplacer("${RC_SVCNAME}", service, "$RC_SVCNAME", service, "${SVCNAME}", service).Replace(m[1])
	return r.pidIn(path)
}
