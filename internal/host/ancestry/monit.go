package ancestry

import (
	"path/filepath"
	"strconv"
	"strings"

	"github.com/safeport/safeport/internal/regular"
)

// monitored is a process that monit looks after.
type monitored struct {
	name string
	pid  int
}

// checkProcess is how monit's control file names one: check process web with pidfile "/run/web.pid".
var checkProcess = compiled(`(?im)^\s*check\s+process\s+"?([\w.-]+)"?\s+(?:with\s+)?pidfile\s+"?(/[^\s"]+)"?`)

var includes = compiled(`(?im)^\s*include\s+"?(/[^\s"]+)"?`)

// monitService is the name by which monit looks after a process, whoever started it: monit starts it again.
func (r *Reader) monitService(pid int) string {
	if !r.asked.monit {
		r.asked.monit = true
		r.readMonit()
	}
	for _, m := range r.monitored {
		if m.pid == pid {
			return m.name
		}
	}
	return ""
}

const maxIncludes = 100

// readMonit reads what monit was told to look after, where it runs.
func (r *Reader) readMonit() {
	if p := r.process(r.pidIn("run/monit.pid")); p == nil || p.name != "monit" || p.uid != 0 {
		return
	}
	for _, file := range []string{"etc/monit/monitrc", "etc/monitrc"} {
		text, err := regular.Read(filepath.Join(r.root, file), maxCrontab)
		if err != nil {
			continue // only root may read it
		}
		r.readChecks(string(text))
		for _, m := range includes().FindAllStringSubmatch(string(text), maxIncludes) {
			files, _ := filepath.Glob(filepath.Join(r.root, m[1]))
			for _, f := range files[:min(len(files), maxIncludes)] {
				if text, err := regular.Read(f, maxCrontab); err == nil {
					r.readChecks(string(text))
				}
			}
		}
		return
	}
}

func (r *Reader) readChecks(text string) {
	for _, m := range checkProcess().FindAllStringSubmatch(text, maxIncludes) {
		if pid := r.pidIn(m[2]); pid != 0 {
			r.monitored = append(r.monitored, monitored{m[1], pid})
		}
	}
}

// pidIn is the process that a file names; 0 where there is none.
func (r *Reader) pidIn(file string) int {
	text, err := regular.Read(filepath.Join(r.root, file), 64)
	if err != nil {
		return 0
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil || pid < 2 {
		return 0
	}
	return pid
}
