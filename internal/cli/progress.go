package cli

import (
	"fmt"
	"io"
	"os"
	"time"

	"golang.org/x/term"

	"safeport/internal/message"
	"safeport/internal/release"
)

// newProgress draws how far a pull has come: one line that is drawn anew on a terminal, and a line now and then in a log.
func newProgress(stderr io.Writer, quiet bool, l message.Language) release.Progress {
	if quiet {
		return release.Progress{Layer: func(string, int64, int64) {}, Done: func() {}}
	}
	file, ok := stderr.(*os.File)
	live := ok && term.IsTerminal(int(file.Fd()))
	every, end := 30*time.Second, "\n"
	if live {
		every, end = 100*time.Millisecond, "\r"
	}
	done, size, drawn := map[string]int64{}, map[string]int64{}, time.Now()
	return release.Progress{
		Layer: func(id string, current, total int64) {
			done[id], size[id] = current, total
			if time.Since(drawn) < every {
				return
			}
			drawn = time.Now()
			var sum, all int64
			for id := range size {
				sum, all = sum+done[id], all+size[id]
			}
			fmt.Fprintf(stderr, "  %s%s", l.Sprintf("%.1f of %.1f MB", float64(sum)/1e6, float64(all)/1e6), end)
		},
		Done: func() {
			if live {
				fmt.Fprint(stderr, "\r\x1b[K")
			}
		},
	}
}
