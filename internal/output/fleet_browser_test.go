package output

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/safeport/safeport"
	"github.com/safeport/safeport/lab/chromium"
	"github.com/safeport/safeport/report"
)

// shown writes the page of a fleet to a file.
func shown(t *testing.T, f *report.Fleet) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "fleet.html")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if err := FleetHTML(file, f, report.English); err != nil {
		t.Fatal(err)
	}
	return path
}

// evil is a fleet whose hosts have chosen every name to get out of its place.
func evil() *report.Fleet {
	r := nginxOn80()
	r.Host.Name = `</script><script>console.error("run")</script>`
	r.Ports[0].Holders[0].Name = `"><img src=x onerror=console.error(1)>`
	r.Ports[0].About = `</noscript><b onclick=x>`
	r.Findings[0].Message, r.Findings[0].Remedies[0].Command = "]]><!--", "</pre><script>console.error(2)</script>"
	return safeport.Merge(func(yield func(*report.Report, error) bool) {
		_ = yield(r, nil) && yield(nil, fmt.Errorf("<iframe src=x>"))
	}, safeport.MergeOptions{})
}

func TestFleetPageIsQuiet(t *testing.T) {
	chromium.Require(t)
	t.Parallel()
	for name, f := range map[string]*report.Fleet{"forty hosts": fleet(), "hostile": evil()} {
		page := shown(t, f)
		for _, v := range []chromium.View{{Width: 1280, Height: 1400}, {Width: 500, Height: 1400, Dark: true}} {
			if _, console := chromium.Shoot(t, page, v); len(console) > 0 {
				t.Errorf("%s, %+v: the browser complains: %s", name, v, strings.Join(console, "\n"))
			}
		}
	}
}

// read does what a reader does: searches, filters, sorts, opens a host, asks for more.
const read = `
const $ = (s) => document.querySelector(s), rows = () => document.querySelectorAll("#table tbody tr:not(.details)").length;
const type = (text) => { const s = $("#search"); s.value = text; s.dispatchEvent(new Event("input")); };
const pick = (value) => { const r = $("input[name=verdict][value='" + value + "']"); r.checked = true; r.dispatchEvent(new Event("change")); };
const r = {all: rows(), first: $("#table tbody th button").textContent};
type("gpu-12"); r.named = rows();
type("nginx 80/tcp"); r.holder = rows();
type(""); pick("unknown"); r.unknown = rows(); pick("ready"); r.ready = rows(); pick("");
const only = $("button.only"); r.wasHidden = only.hidden; only.click(); r.cause = rows(); $("#chosen button").click(); r.again = rows();
const head = $("#table thead button"); head.click(); r.sorted = $("#table tbody th button").textContent; head.click();
r.reversed = $("#table tbody th button").textContent; r.aria = head.parentElement.getAttribute("aria-sort");
type("gpu-07"); const host = $("#table tbody th button"); host.click();
r.expanded = host.getAttribute("aria-expanded"); r.details = $("tr.details").textContent; host.click(); r.closed = $("tr.details") === null;
r.wide = document.documentElement.scrollWidth > innerWidth;
return r;`

func TestFleetPageIsUsed(t *testing.T) {
	t.Parallel()
	var got struct {
		All, Named, Holder, Unknown, Ready, Cause, Again int
		First, Sorted, Reversed, Aria, Expanded, Details string
		Closed, Wide, WasHidden                          bool
	}
	chromium.Drive(t, shown(t, fleet()), chromium.View{Width: 1280, Height: 900}, read, &got)
	if got.All != 40 || got.Named != 1 || got.Holder != 3 || got.Unknown != 2 || got.Ready != 35 || got.Cause != 3 || got.Again != 40 {
		t.Errorf("numbers of hosts: %+v", got)
	}
	if got.First != "gpu-07" || got.Sorted != "gpu-01" || got.Reversed != "gpu-40" || got.Aria != "descending" {
		t.Errorf("order: %+v", got)
	}
	if got.Expanded != "true" || !got.Closed || !strings.Contains(got.Details, "sudo systemctl stop nginx.service") || got.Wide || got.WasHidden {
		t.Errorf("details: %+v", got)
	}
}

// access finds what keeps people out who see little, or use a keyboard: controls without a name, tables without headers,
// text that is too pale for its ground (WCAG 2.2: 4.5 to 1), pages without a language or a title.
const access = `
const faults = [], seen = (e) => e.getClientRects().length > 0;
const name = (e) => e.getAttribute("aria-label") || e.textContent.trim() || (e.labels && e.labels.length && e.labels[0].textContent.trim());
for (const e of document.querySelectorAll("button, input, summary")) if (seen(e) && !name(e)) faults.push("no name: " + e.outerHTML);
if (!document.documentElement.lang || !document.title) faults.push("no language or title");
if (document.querySelectorAll("h1").length !== 1) faults.push("not one h1");
let level = 1;
for (const h of document.querySelectorAll("h1, h2, h3")) { const l = +h.tagName[1]; if (l > level + 1) faults.push("heading " + h.textContent); level = l; }
for (const th of document.querySelectorAll("th")) if (!th.scope) faults.push("no scope: " + th.textContent);
const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);
for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) faults.push("two of " + id);
for (const e of document.querySelectorAll("[aria-labelledby]")) if (!document.getElementById(e.getAttribute("aria-labelledby"))) faults.push("labelled by nobody");
const rgb = (c) => (c.match(/[\d.]+/g) || [0, 0, 0, 0]).map(Number);
const light = (c) => { const [r, g, b] = c.map((x) => { x /= 255; return x <= .03928 ? x / 12.92 : ((x + .055) / 1.055) ** 2.4; }); return .2126 * r + .7152 * g + .0722 * b; };
const ground = (e) => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor); if (c.length < 4 || c[3] > 0) return c.slice(0, 3); } return [255, 255, 255]; };
document.querySelector("#table tbody th button").click();
for (const e of document.querySelectorAll("body *")) {
  if (e.id === "told" || !seen(e) || ![...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim())) continue;
  const a = light(rgb(getComputedStyle(e).color).slice(0, 3)), b = light(ground(e)), ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
  if (ratio < 4.5) faults.push(ratio.toFixed(1) + " to 1: " + e.tagName + "." + e.className + " " + e.textContent.slice(0, 30));
}
for (const e of document.querySelectorAll("button, input, pre, summary")) if (seen(e) && e.id !== "told") { e.focus(); if (document.activeElement !== e) faults.push("out of the keyboard's reach: " + e.outerHTML); }
return faults;`

func TestFleetPageIsAccessible(t *testing.T) {
	t.Parallel()
	for _, v := range []chromium.View{{Width: 1280, Height: 900}, {Width: 1280, Height: 900, Dark: true}} {
		var faults []string
		chromium.Drive(t, shown(t, fleet()), v, access, &faults)
		slices.Sort(faults)
		for _, fault := range slices.Compact(faults) {
			t.Errorf("dark %v: %s", v.Dark, fault)
		}
	}
}

// Without JavaScript every host is there to be read.
func TestFleetPageNeedsNoScript(t *testing.T) {
	text, err := os.ReadFile(shown(t, fleet()))
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(text), "<noscript>")
	table, _, _ = strings.Cut(table, "</noscript>")
	for _, host := range fleet().Hosts {
		if !strings.Contains(table, `<th scope="row">`+host.Name+"<td>") {
			t.Errorf("%s is missing", host.Name)
		}
	}
	for _, outside := range []string{"http://", "https://", "src=", "@import", "url("} {
		if strings.Contains(string(text), outside) {
			t.Errorf("the page asks for something else: %s", outside)
		}
	}
}
