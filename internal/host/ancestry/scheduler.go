package ancestry

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/regular"
)

// scheduler adds cron or at, with the job that was run. They run as root, and only root's are believed.
func (c *chain) scheduler(p, child *process) bool {
	l := facts.Link{Kind: facts.LinkScheduler, PID: p.pid, User: c.reader.user(p.uid), Started: p.started}
	switch {
	case child == nil || p.uid != 0:
		return false
	case p.name == "cron" || p.name == "crond" || p.name == "fcron":
		l.Name = "cron"
		if child.name == p.name {
			return true // it makes a process for each job, which is told in its stead
		}
		l.Service, l.Config = c.reader.crontabLine(child)
	case p.name == "atd":
		l.Name = "at"
		if child.name == p.name {
			return true
		}
		l.Service = atJob(child.link("fd/0"))
	default:
		return false
	}
	c.add(l)
	return true
}

// jobFile is the name of a job of at: its queue, or "=" while it runs, its number in five hexadecimal digits and its minute in
// eight.
var jobFile = compiled(`^[=A-Za-z]([0-9a-f]{5})[0-9a-f]{8}(?: \(deleted\))?$`)

// atJob is the number of a job by the file that its shell reads.
func atJob(file string) string {
	m := jobFile().FindStringSubmatch(path.Base(file))
	if m == nil {
		return ""
	}
	n, _ := strconv.ParseUint(m[1], 16, 32)
	return strconv.FormatUint(n, 10)
}

const (
	maxCrontabs = 200
	maxCrontab  = 64 << 10
)

// crontabLine is the line of a crontab that a process was started by: the one whose command is what cron's shell was given,
// or what the shell became. Where several are alike it is not known which.
func (r *Reader) crontabLine(job *process) (user, where string) {
	command := strings.Join(job.argv, " ")
	if i := len(job.argv) - 1; i > 0 && job.argv[i-1] == "-c" {
		command = job.argv[i]
	}
	if command == "" {
		return "", ""
	}
	found := 0
	for _, tab := range r.crontabs() {
		text, err := regular.Read(filepath.Join(r.root, tab.file), maxCrontab)
		if err != nil {
			continue
		}
		n := 0
		for line := range strings.Lines(string(text)) {
			n++
			if as, what := cronEntry(line, tab.user); what != "" && what == command {
				user, where = as, fmt.Sprintf("/%s:%d", tab.file, n)
				found++
			}
		}
	}
	if found != 1 {
		return "", ""
	}
	return user, where
}

type crontab struct{ file, user string } // user is empty where each line names one

func (r *Reader) crontabs() []crontab {
	list := []crontab{{file: "etc/crontab"}}
	for _, dir := range []string{"etc/cron.d", "var/spool/cron/crontabs", "var/spool/cron"} {
		entries, _ := os.ReadDir(filepath.Join(r.root, dir))
		for _, e := range entries[:min(len(entries), maxCrontabs)] {
			if !e.Type().IsRegular() {
				continue
			}
			tab := crontab{file: dir + "/" + e.Name()}
			if dir != "etc/cron.d" {
				tab.user = e.Name()
			}
			list = append(list, tab)
		}
	}
	return list
}

// cronEntry takes the time off a line: five fields, or "@reboot" and its like; and the user, where the file is nobody's own.
// An unescaped "%" ends the command (crontab(5)).
func cronEntry(line, user string) (as, command string) {
	rest := strings.TrimSpace(line)
	if strings.HasPrefix(rest, "#") {
		return "", ""
	}
	times := 5
	if strings.HasPrefix(rest, "@") {
		times = 1
	}
	for range times {
		_, rest = field(rest)
	}
	if user == "" {
		user, rest = field(rest)
	}
	for i := range len(rest) {
		if rest[i] == '%' && (i == 0 || rest[i-1] != '\\') {
			return user, rest[:i]
		}
	}
	return user, rest
}

// field splits the first word off a line.
func field(line string) (word, rest string) {
	i := strings.IndexAny(line, " \t")
	if i < 0 {
		return line, ""
	}
	return line[:i], strings.TrimLeft(line[i:], " \t")
}
