package change

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/rivo/uniseg"
	"golang.org/x/term"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/release/journal"
)

const (
	// longStep is when a step has taken so long that one wonders: from then on it is said for how long.
	longStep = 3 * time.Second
	// redrawn is how often a line at a terminal changes, and logged how often one comes in a log.
	redrawn = 100 * time.Millisecond
	logged  = 30 * time.Second
)

// progress shows how far a long step has come: bytes, and the time. At a terminal it is one line that is drawn anew and goes
// when the step ends; elsewhere a line comes now and then, where bytes move. Of a step that took long one line stays.
type progress struct {
	stderr io.Writer
	lang   message.Language
	screen *os.File // nil: no terminal that can draw a line anew

	mu         sync.Mutex
	began      time.Time
	last       time.Time // that a line came in a log
	done, size map[string]int64
	shown      string // the line that stands, and is to be drawn anew
	end        chan struct{}
}

func newProgress(stderr io.Writer, l message.Language) *progress {
	p := &progress{stderr: stderr, lang: l}
	if isTerminal(stderr) && os.Getenv("TERM") != "dumb" {
		p.screen = stderr.(*os.File)
	}
	return p
}

// told is what a change tells; nothing of it is shown to who wants to be left alone.
func (p *progress) told(quiet bool) journal.Progress {
	if quiet {
		return journal.Progress{Begin: func() {}, Bytes: func(string, int64, int64) {}, Done: func() {}}
	}
	return journal.Progress{Begin: p.begin, Bytes: p.bytes, Done: p.finish}
}

func (p *progress) begin() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.began, p.last, p.end = time.Now(), time.Now(), make(chan struct{})
	p.done, p.size = map[string]int64{}, map[string]int64{}
	if p.screen != nil {
		go p.watch(p.end)
	}
}

// watch draws the line as time goes by, for nothing else may happen.
func (p *progress) watch(end chan struct{}) {
	for {
		select {
		case <-end:
			return
		case <-time.After(redrawn):
			p.mu.Lock()
			if p.end == end {
				p.draw()
			}
			p.mu.Unlock()
		}
	}
}

func (p *progress) bytes(id string, current, total int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done[id], p.size[id] = current, total
	if p.screen == nil && time.Since(p.last) >= logged {
		p.last = time.Now()
		fmt.Fprintf(p.stderr, "  %s\n", p.text())
	}
}

func (p *progress) finish() {
	p.mu.Lock()
	defer p.mu.Unlock()
	close(p.end)
	p.erase()
	if took := time.Since(p.began); took >= longStep {
		text := p.lang.Sprintf("took %s", took.Round(time.Second))
		if moved, _ := p.moved(); moved > 0 {
			text = p.lang.Sprintf("%.1f MB in %s", float64(moved)/1e6, took.Round(time.Second))
		}
		fmt.Fprintf(p.stderr, "  %s\n", text)
	}
	p.end = nil
}

// say prints a line, in whose way no other is.
func (p *progress) say(line string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.erase()
	fmt.Fprintln(p.stderr, line)
}

func (p *progress) moved() (sum, all int64) {
	for id, size := range p.size {
		sum, all = sum+p.done[id], all+size
	}
	return sum, all
}

// text is how far the step has come; empty as long as there is nothing to tell.
func (p *progress) text() string {
	sum, all := p.moved()
	moved, of, since := float64(sum)/1e6, float64(all)/1e6, time.Since(p.began).Truncate(time.Second)
	switch {
	case all > 0 && since >= longStep:
		return p.lang.Sprintf("%.1f of %.1f MB, %s", moved, of, since)
	case all > 0:
		return p.lang.Sprintf("%.1f of %.1f MB", moved, of)
	case since >= longStep:
		return since.String()
	}
	return ""
}

// draw draws the line. One that is wider than the terminal would go on in the next, and could not be drawn anew.
func (p *progress) draw() {
	text := "  " + p.text()
	if width, _, err := term.GetSize(int(p.screen.Fd())); err == nil && width > 0 {
		text = narrowed(text, width-1)
	}
	if strings.TrimSpace(text) != "" && text != p.shown {
		fmt.Fprint(p.stderr, "\r\x1b[K"+text)
		p.shown = text
	}
}

func (p *progress) erase() {
	if p.shown != "" {
		fmt.Fprint(p.stderr, "\r\x1b[K")
		p.shown = ""
	}
}

// narrowed is as much of a text as goes into so many columns.
func narrowed(text string, columns int) string {
	var b strings.Builder
	for g := uniseg.NewGraphemes(text); g.Next(); b.WriteString(g.Str()) {
		if columns -= g.Width(); columns < 0 {
			break
		}
	}
	return b.String()
}
