package output

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/report"
)

var (
	//go:embed fleet.css
	fleetStyle raw
	//go:embed fleet.js
	fleetScript raw
)

// FleetHTML writes one page that needs nothing else, neither files nor a network. Without JavaScript it has every host and
// cause to read; with it, to search, filter and sort.
func FleetHTML(w io.Writer, f *report.Fleet, l report.Language) error {
	data, err := json.Marshal(fleetDataOf(f, l))
	if err != nil {
		return fmt.Errorf("encoding the hosts: %w", err)
	}
	page := fleetPage{view: fleetView{Fleet: f, Language: l}, say: fleetWords(f, l)}
	page.head(string(l), page.say["title"], "default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src '"+digest(string(fleetScript))+"'", fleetStyle)
	// With the causes, three of them, as in a line of text, this would fill a phone; they follow below.
	ready := l.Text(message.FleetReady, message.Args{"ready": strconv.Itoa(f.Counts.Ready), "hosts": strconv.Itoa(f.Counts.Hosts)})
	page.top(ready, times(f, l))
	page.put(raw("<main>\n"))
	page.causes("causes", page.view.Obstacles(), page.say["noCauses"])
	if needed := page.view.Needed(); len(needed) > 0 {
		var ports []string
		for _, s := range needed {
			ports = append(ports, sharedText(s, l))
		}
		page.list("instead", ports)
	}
	page.hosts()
	page.causes("warnings", page.view.Warnings(), "")
	if len(f.Unread) > 0 {
		page.list("unread", f.Unread)
	}
	// json.Marshal writes <, > and & as escapes, so that nothing ends the element.
	page.put(raw("\n</main>\n<footer class=\"quiet\">safeport report</footer>\n<script type=\"application/json\" id=\"data\">"), raw(data),
		raw("</script>\n<script>"), fleetScript, raw("</script>\n</body>\n</html>\n"))
	_, err = io.WriteString(w, page.String())
	return err
}

// fleetPage is the page being written. Its parts fit the script's.
type fleetPage struct {
	markup
	view fleetView
	say  map[string]string
}

// fleetView has what the page tells of the hosts.
type fleetView struct {
	*report.Fleet
	Language report.Language
}

func (p *fleetPage) top(headline, times string) {
	p.put(raw("<header>\n<h1>"), p.say["title"], raw("</h1>\n<p class=\"headline\">"), headline, raw(".</p>\n"))
	if times != "" {
		p.put(raw(`<p class="quiet">`), times, raw("</p>\n"))
	}
	p.put(raw("<dl class=\"tiles\">\n"))
	for _, tile := range []struct {
		class string
		hosts int
	}{{"clear", p.view.Counts.Clear}, {"warned", p.view.Counts.Warned}, {"blocked", p.view.Counts.Blocked}, {"unknown", p.view.Counts.Unknown}} {
		p.put(raw(`<div class="tile `), tile.class, raw(`"><dt>`), p.say[tile.class], raw("</dt><dd>"), tile.hosts, raw("</dd></div>\n"))
	}
	p.put(raw("</dl>\n</header>\n"))
}

func (p *fleetPage) section(id string) {
	p.put(raw(`<section aria-labelledby="`), id, raw("\">\n<h2 id=\""), id, raw(`">`), p.say[id], raw("</h2>\n"))
}

// causes are those of hosts that are not ready, or warnings; what to say where there are none is empty where nothing is.
func (p *fleetPage) causes(id string, causes []causeView, none string) {
	if len(causes) == 0 && none == "" {
		return
	}
	p.section(id)
	if len(causes) == 0 {
		p.put(raw("<p>"), none, raw(".</p>\n</section>\n"))
		return
	}
	p.put(raw(`<ul class="causes">`))
	for _, c := range causes {
		p.cause(c)
	}
	p.put(raw("</ul>\n</section>\n"))
}

func (p *fleetPage) cause(c causeView) {
	p.put(raw("\n<li class=\"cause "), c.Verdict, raw("\">\n<p class=\"what\"><span class=\"mark\" aria-hidden=\"true\"></span><strong>"), c.Count, raw("</strong> "), c.Message)
	if c.Code != "" {
		p.put(raw(" <code>"), c.Code, raw("</code>"))
	}
	p.put(raw("</p>\n<p class=\"where\">"), c.Few, raw("</p>\n"))
	if others := c.Others; others != "" {
		p.put(raw("<details><summary>"), c.More, raw(`</summary><p class="where">`), others, raw("</p></details>\n"))
	}
	if len(c.Remedies) > 0 {
		p.put(raw(`<ul class="remedies">`))
		for _, r := range c.Remedies {
			p.put(raw("\n<li>"), r.Text)
			if r.Command != "" {
				p.put(raw(`<pre tabindex="0">`), r.Command, raw("</pre>"))
			}
			p.put(raw("</li>"))
		}
		p.put(raw("\n</ul>\n"))
	}
	p.put(raw(`<button type="button" class="only" data-cause="`), c.Place, raw(`" hidden>`), c.Only, raw("</button>\n</li>"))
}

func (p *fleetPage) list(id string, items []string) {
	p.section(id)
	p.put(raw("<ul>"))
	for _, item := range items {
		p.put(raw("\n<li>"), item, raw("</li>"))
	}
	p.put(raw("\n</ul>\n</section>\n"))
}

// hosts is the form for the script, and the table for who has none.
func (p *fleetPage) hosts() {
	p.section("hosts")
	p.put(raw("<form id=\"filter\" hidden>\n<label>"), p.say["search"], raw(` <input type="search" id="search" placeholder="`), p.say["hint"],
		raw("\" autocomplete=\"off\"></label>\n<fieldset>\n<legend>"), p.say["show"], raw("</legend>\n"),
		raw(`<label><input type="radio" name="verdict" value="" checked> `), p.say["all"], raw("</label>\n"))
	for _, value := range []string{"blocked", "unknown", "ready"} {
		p.put(raw(`<label><input type="radio" name="verdict" value="`), value, raw(`"> `), p.say[value], raw("</label>\n"))
	}
	p.put(raw("</fieldset>\n<p id=\"chosen\" hidden><span></span> <button type=\"button\">"), p.say["every"], raw("</button></p>\n"),
		raw("<p id=\"count\" role=\"status\"></p>\n</form>\n<div class=\"wide\" role=\"region\" aria-labelledby=\"hosts\" tabindex=\"0\">\n"),
		raw("<table id=\"table\" hidden></table>\n<noscript>\n<table>\n<thead><tr><th scope=\"col\">"), p.say["host"], raw(`<th scope="col">`), p.say["answer"])
	for _, port := range p.view.Ports {
		p.put(raw(`<th scope="col">`), port.Label, raw("<small>"), port.About, raw("</small>"))
	}
	p.put(raw("\n<tbody>"))
	for _, h := range p.view.Hosts {
		p.put(raw("\n<tr class=\""), h.Verdict, raw(`"><th scope="row">`), h.Name, raw("<td>"), hostWord(p.say, h.Verdict))
		for _, cell := range p.view.Cells(h) {
			p.put(raw(`<td class="`), cell, raw(`">`), verdictWord(p.say, cell))
		}
	}
	p.put(raw("\n</table>\n</noscript>\n</div>\n<p><button type=\"button\" id=\"more\" hidden></button></p>\n</section>\n"))
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
