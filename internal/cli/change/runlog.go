package change

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"time"

	"github.com/safeport/safeport/internal/release/journal"
)

// runLog is what a run has told, with times, for whoever comes later: the terminal that it was shown on may be gone. It is
// made with the first line, so that a run that tells nothing leaves nothing; a dry run has none. One that cannot be written must not keep a
// service from being changed, or from being put back.
type runLog struct {
	store *journal.Store
	name  string // the command's
	file  *os.File
}

// keptLogs is how many runs are kept: more than anybody reads, and little to keep.
const keptLogs = 50

func (r *runLog) add(text string) {
	if r.store == nil || r.file == nil && !r.open() {
		return
	}
	fmt.Fprintf(r.file, "%s %s\n", time.Now().Format(time.RFC3339), text)
}

func (r *runLog) open() bool {
	dir, err := r.store.Logs()
	if err != nil {
		return false
	}
	prune(dir)
	name := fmt.Sprintf("%s-%s-%d.log", time.Now().UTC().Format("20060102T150405"), r.name, os.Getpid())
	file, err := os.OpenFile(filepath.Join(dir, name), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return false
	}
	r.file = file
	return true
}

// path is where the log is; empty when there is none.
func (r *runLog) path() string {
	if r.file == nil {
		return ""
	}
	return r.file.Name()
}

// logNames are the names of what open makes. Whatever else lies there is somebody else's.
var logNames = regexp.MustCompile(`^\d{8}T\d{6}-[a-z]+-\d+\.log$`)

// prune removes the oldest. Names begin with the time, and so they are sorted by it.
func prune(dir string) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	var logs []string
	for _, e := range entries {
		if logNames.MatchString(e.Name()) {
			logs = append(logs, e.Name())
		}
	}
	for i := 0; i <= len(logs)-keptLogs; i++ {
		_ = os.Remove(filepath.Join(dir, logs[i])) // the next run tries again
	}
}
