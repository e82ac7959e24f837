package change

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/rivo/uniseg"
	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/safeport/safeport/internal/cli"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/output"
	"github.com/safeport/safeport/internal/release/journal"
)

const (
	// longStep is when a step has taken so long that one wonders: from then on it is said for how long.
	longStep = 3 * time.Second
	// redrawn is how often a line at a terminal changes, and logged how often one comes in a log.
	redrawn = 100 * time.Millisecond
	logged  = 30 * time.Second
)

// progress shows what a change does. What has come to its end and matters leaves a line with a tick, a size and a time; all
// steps are in the log of the run, and shown with --verbose. At a terminal one more line tells what is being done, is drawn
// anew, and goes.
type progress struct {
	stderr         io.Writer
	lang           message.Language
	signs          output.Options
	log            *runLog
	screen         *os.File // nil: no terminal that can draw a line anew
	quiet, verbose bool
	typed          func(string) string // a text with commands as they can be typed here

	mu             sync.Mutex
	doing          string // the step that is being done
	began          time.Time
	last           time.Time // that a line came in a log
	took           string    // of the long step that has ended, until a line tells it
	done, size     map[string]int64
	shown          string // the line that stands, and is to be drawn anew
	end            chan struct{}
	stopped, start time.Time // when the old containers were stopped, and the new ones started; zero: they were not
}

func newProgress(cmd *cobra.Command, log *runLog, quiet, verbose bool) *progress {
	stderr, l := cmd.ErrOrStderr(), cli.Language(cmd)
	p := &progress{stderr: stderr, lang: l, log: log, quiet: quiet, verbose: verbose, signs: cli.Screen(stderr, l)}
	p.typed = func(text string) string { return cli.Copyable(cmd, text) }
	if isTerminal(stderr) && os.Getenv("TERM") != "dumb" {
		p.screen = stderr.(*os.File)
	}
	return p
}

// told is what a change tells; nothing of it is shown to who wants to be left alone.
func (p *progress) told() journal.Progress {
	if p.quiet {
		return journal.Progress{Begin: func() {}, Bytes: func(string, int64, int64) {}, Done: func() {}, Step: p.step}
	}
	return journal.Progress{Begin: p.begin, Bytes: p.bytes, Done: p.finish, Step: p.step, Finished: p.finished}
}

// minor are the lines that only --verbose shows.
var minor = []string{"Applying changes", "Stopping revision %d", "Removing revision %d"}

// results are the lines that tell what has come to its end.
var results = []string{"Ports available", "Backed up %s to %s (%s)"}

// say prints a line, in whose way no other is.
func (p *progress) say(format string, args ...any) {
	text := p.typed(p.lang.Sprintf(format, args...))
	p.log.add(text)
	warning := strings.HasPrefix(format, "warning")
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.quiet && !warning:
	case warning:
		p.line(p.signs.Hanging(p.signs.Sign("!")+" ", text))
	case slices.Contains(results, format):
		p.line(p.signs.Hanging(p.signs.Sign("✓")+" ", text))
	case p.verbose || !slices.Contains(minor, format):
		p.line(p.signs.Hanging(p.signs.Sign("·")+" ", text))
	}
}

// line prints a line, and before it how long what went wrong has taken.
func (p *progress) line(text string) {
	p.erase()
	if p.took != "" {
		fmt.Fprintf(p.stderr, "  %s\n", p.took)
		p.took = ""
	}
	fmt.Fprintln(p.stderr, text)
}

// step is told of each step that is begun.
func (p *progress) step(s journal.Step) {
	text := s.About.In(p.lang)
	p.log.add(text)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.doing = text
	switch s.Kind {
	case journal.StepStop:
		p.stopped = time.Now()
	case journal.StepStart:
		p.start = time.Now()
	}
	if p.verbose && !p.quiet {
		p.line(p.signs.Hanging(p.signs.Sign("·")+" ", text))
	} else if p.screen != nil && !p.quiet {
		p.took = ""
		p.draw()
	}
}

// finished is told of each step that has come to its end.
func (p *progress) finished(s journal.Step) {
	p.mu.Lock()
	defer p.mu.Unlock()
	figures := p.figures()
	text := ""
	switch moved, _ := p.moved(); s.Kind {
	case journal.StepImages:
		text = p.lang.Sprintf("Image %s is on this host", s.What)
		if moved > 0 {
			text = p.lang.Sprintf("Pulled %s%s", s.What, figures)
		}
	case journal.StepRestore:
		text = p.lang.Sprintf("Restored data%s", figures)
	case journal.StepWait:
		now := time.Now()
		text = p.lang.Sprintf("Started; ready after %s", brief(now.Sub(p.start)))
		if !p.stopped.IsZero() {
			text = p.lang.Sprintf("Started; ready after %s (down %s)", brief(now.Sub(p.start)), brief(now.Sub(p.stopped)))
		}
	}
	p.done, p.size, p.doing, p.took = nil, nil, "", ""
	p.erase()
	if text != "" {
		p.line(p.signs.Hanging(p.signs.Sign("✓")+" ", message.Clean(text)))
	}
}

// brief is a time as one reads it: tenths of a second matter only of a few.
func brief(d time.Duration) string {
	if d < 10*time.Second {
		return fmt.Sprintf("%.1fs", d.Seconds())
	}
	return d.Round(time.Second).String()
}

// figures are how much a step has moved and how long it took: " (45.2 MB, 14s)".
func (p *progress) figures() string {
	moved, _ := p.moved()
	took := time.Since(p.began)
	switch {
	case moved > 0:
		return p.lang.Sprintf(" (%.1f MB, %s)", float64(moved)/1e6, brief(took))
	case took >= longStep:
		return p.lang.Sprintf(" (%s)", brief(took))
	}
	return ""
}

func (p *progress) begin() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.began, p.last, p.end = time.Now(), time.Now(), make(chan struct{})
	p.done, p.size = map[string]int64{}, map[string]int64{}
	go p.watch(p.end)
}

// watch draws the line as time goes by, for nothing else may happen. In a log a line comes now and then.
func (p *progress) watch(end chan struct{}) {
	for {
		select {
		case <-end:
			return
		case <-time.After(redrawn):
			p.mu.Lock()
			switch {
			case p.end != end:
			case p.screen != nil:
				p.draw()
			case time.Since(p.last) >= logged:
				p.last = time.Now()
				fmt.Fprintf(p.stderr, "  %s\n", p.text())
			}
			p.mu.Unlock()
		}
	}
}

func (p *progress) bytes(id string, current, total int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done[id], p.size[id] = current, total
}

// finish ends a long step, be it that it has failed. What it took, the line tells that comes next.
func (p *progress) finish() {
	p.mu.Lock()
	defer p.mu.Unlock()
	close(p.end)
	p.erase()
	if took := time.Since(p.began); took >= longStep {
		p.took = p.lang.Sprintf("took %s", took.Round(time.Second))
		if moved, _ := p.moved(); moved > 0 {
			p.took = p.lang.Sprintf("%.1f MB in %s", float64(moved)/1e6, took.Round(time.Second))
		}
	}
	p.end = nil
}

func (p *progress) moved() (sum, all int64) {
	for id, size := range p.size {
		sum, all = sum+p.done[id], all+size
	}
	return sum, all
}

// text is what is being done, and how far it has come: figures first, which a narrow screen has room for.
func (p *progress) text() string {
	if p.end == nil {
		return p.doing
	}
	sum, all := p.moved()
	moved, of, since := float64(sum)/1e6, float64(all)/1e6, time.Since(p.began).Truncate(time.Second)
	figures := ""
	switch {
	case all > 0 && since >= longStep:
		figures = p.lang.Sprintf("%.1f of %.1f MB, %s", moved, of, since)
	case all > 0:
		figures = p.lang.Sprintf("%.1f of %.1f MB", moved, of)
	case since >= longStep:
		figures = since.String()
	}
	if figures != "" && p.doing != "" {
		figures += "  "
	}
	return figures + p.doing
}

// draw draws the line. One that is wider than the terminal would go on in the next, and could not be drawn anew.
func (p *progress) draw() {
	text := "  " + message.Clean(p.text())
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

// narrowed is as much of a text as goes into so many columns, in whole words unless little else would be left.
func narrowed(text string, columns int) string {
	var b strings.Builder
	for g := uniseg.NewGraphemes(text); g.Next(); b.WriteString(g.Str()) {
		if columns -= g.Width(); columns >= 0 {
			continue
		}
		short := b.String()
		if i := strings.LastIndexByte(short, ' '); g.Str() != " " && i > len(short)/2 {
			short = short[:i]
		}
		return short
	}
	return b.String()
}

func isTerminal(stream any) bool {
	file, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}
