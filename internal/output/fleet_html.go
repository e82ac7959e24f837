package output

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"time"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/report"
)

var (
	//go:embed fleet.html
	fleetPage string
	//go:embed fleet.css
	fleetStyle template.CSS
	//go:embed fleet.js
	fleetScript template.JS
)

// FleetHTML writes one page that needs nothing else, neither files nor a network. Without JavaScript it has every host and
// cause to read; with it, to search, filter and sort.
func FleetHTML(w io.Writer, f *report.Fleet, l report.Language) error {
	page, err := template.New("fleet").Funcs(template.FuncMap{
		"shared": func(s report.SharedPort) string { return sharedText(s, l) }, "verdict": verdictWord, "host": hostWord,
	}).Parse(fleetPage)
	if err != nil {
		return fmt.Errorf("reading the page's template: %w", err)
	}
	data, err := json.Marshal(fleetDataOf(f, l))
	if err != nil {
		return fmt.Errorf("encoding the hosts: %w", err)
	}
	var buf bytes.Buffer
	err = page.Execute(&buf, fleetView{
		Fleet: f, Language: l, Say: fleetWords(f, l), Headline: FleetHeadline(f, l), Style: fleetStyle, Script: fleetScript,
		Policy: "default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src '" + digest(string(fleetScript)) + "'",
		Data:   template.JS(data), // json.Marshal writes <, > and & as escapes, so that nothing ends the element
		Times:  times(f, l),
	})
	if err != nil {
		return fmt.Errorf("filling the page: %w", err)
	}
	_, err = w.Write(buf.Bytes())
	return err
}

// fleetView is what the template sees.
type fleetView struct {
	*report.Fleet
	Language report.Language
	Say      map[string]string
	Headline string
	Style    template.CSS
	Script   template.JS
	Policy   string
	Data     template.JS
	Times    string // when hosts were asked
}

// digest lets the page's own script run and none that a report may have smuggled in.
func digest(script string) string {
	sum := sha256.Sum256([]byte(script))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

// times says when the first and the last host were asked.
func times(f *report.Fleet, l report.Language) string {
	var first, last time.Time
	for _, h := range f.Hosts {
		if h.Time == nil {
			continue
		}
		if first.IsZero() || h.Time.Before(first) {
			first = *h.Time
		}
		if h.Time.After(last) {
			last = *h.Time
		}
	}
	if last.IsZero() {
		return ""
	}
	const minutes = "2006-01-02 15:04 UTC"
	args := message.Args{"first": first.UTC().Format(minutes), "last": last.UTC().Format(minutes)}
	if args["first"] == args["last"] {
		return l.Text(message.PageWrittenAt, args)
	}
	return l.Text(message.PageWritten, args)
}

// Needed are the ports to use instead.
func (v fleetView) Needed() []report.SharedPort { return needed(v.Fleet) }

// Cells are a host's answers under the page's columns; nil where it was not asked.
func (v fleetView) Cells(h report.FleetHost) []string {
	cells := make([]string, len(v.Ports))
	for _, a := range h.Answers {
		cells[a.Port] = string(a.Verdict)
	}
	return cells
}
