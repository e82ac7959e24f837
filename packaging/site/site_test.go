package main

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/safeport/safeport/lab/chromium"
)

// document is what a page has to be linked to, and its links.
type document struct {
	ids   map[string]bool
	links []string
	text  bool // there is more than the frame around it
}

func parse(t *testing.T, file string) document {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	root, err := html.Parse(f)
	if err != nil {
		t.Fatal(err)
	}
	d := document{ids: map[string]bool{}}
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		d.text = d.text || n.Data == "h1"
		for _, a := range n.Attr {
			switch a.Key {
			case "id":
				if d.ids[a.Val] {
					t.Errorf("%s has two places named %s", file, a.Val)
				}
				d.ids[a.Val] = true
			case "href", "src":
				d.links = append(d.links, a.Val)
			}
			ofIndex := strings.HasPrefix(filepath.Base(file), "search.") && a.Val == "search.js"
			if n.Data == "script" && !ofIndex || strings.HasPrefix(a.Key, "on") {
				t.Errorf("%s has a script", file)
			}
		}
	}
	return d
}

func made(t *testing.T) string {
	t.Helper()
	out := t.TempDir()
	if err := write("../..", out); err != nil {
		t.Fatal(err)
	}
	return out
}

// Every link leads to a page, a place on it or a file that is there; to other sites only where the text says so itself.
func TestLinks(t *testing.T) {
	out := made(t)
	pages := map[string]document{}
	for _, file := range glob(t, out, "*.html") {
		pages[filepath.Base(file)] = parse(t, file)
	}
	if len(pages) < 8 {
		t.Errorf("only %d pages were made", len(pages))
	}
	for name, p := range pages {
		if !p.text {
			t.Errorf("%s has no heading", name)
		}
		for _, link := range p.links {
			u, err := url.Parse(link)
			switch {
			case err != nil:
				t.Errorf("%s: link %q: %v", name, link, err)
				continue
			case u.Scheme != "":
				continue
			}
			target := u.Path
			if target == "" {
				target = name
			}
			if _, err := os.Stat(filepath.Join(out, target)); err != nil {
				t.Errorf("%s: link %q leads nowhere", name, link)
			}
			if u.Fragment != "" && !pages[path.Clean(target)].ids[u.Fragment] {
				t.Errorf("%s: link %q leads to a page without that place", name, link)
			}
		}
	}
}

// Each page leads to itself in the other language and from there back, beside the same pages in the same order.
func TestLanguageSwitch(t *testing.T) {
	pages, err := read("../..")
	if err != nil {
		t.Fatal(err)
	}
	beside := func(v view) (names []string) {
		for _, p := range v.Pages {
			names = append(names, inEnglish(p.Name))
		}
		return names
	}
	for _, p := range pages {
		here := viewOf(p, pages)
		if here.Other == nil {
			t.Errorf("%s does not lead to another language", p.Name)
			continue
		}
		there := viewOf(*here.Other, pages)
		if there.Other == nil || there.Other.Name != p.Name {
			t.Errorf("%s leads to %s, which does not lead back", p.Name, here.Other.Name)
		}
		if !slices.Equal(beside(here), beside(there)) {
			t.Errorf("beside %s are %q, and beside %s %q", p.Name, beside(here), there.Name, beside(there))
		}
	}
}

// A line of Chinese that goes on in the next one of the source has no space there on the page.
func TestLinesOfChineseAreJoined(t *testing.T) {
	broken := regexp.MustCompile(`[\p{Han}，。；：、]\n\p{Han}`)
	for _, file := range glob(t, made(t), "*zh*.html") {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range strings.Split(string(text), "<p>")[1:] {
			p, _, _ = strings.Cut(p, "</p>")
			if at := broken.FindStringIndex(p); at != nil {
				t.Errorf("%s breaks a line in the middle: %q", filepath.Base(file), p[:at[1]])
			}
		}
	}
}

// What the documentation names as a file of the repository is there.
func TestNamedFilesAreThere(t *testing.T) {
	root := os.DirFS("../..")
	for _, pattern := range []string{"README*.md", "docs/*.md"} {
		files, err := fs.Glob(root, pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			text, err := fs.ReadFile(root, file)
			if err != nil {
				t.Fatal(err)
			}
			for i, span := range strings.Split(string(text), "`") {
				if i%2 == 0 || !strings.HasPrefix(span, "docs/") && !strings.HasPrefix(span, "internal/") || strings.ContainsAny(span, " \n*…") {
					continue
				}
				if _, err := fs.Stat(root, strings.TrimSuffix(span, "/")); err != nil {
					t.Errorf("%s speaks of %s: %v", file, span, err)
				}
			}
		}
	}
}

// sight is what a browser says of a page at a width.
type sight struct {
	Page          string
	Width, Takes  int // pixels of the screen, and of the page
	Broken, Small []string
}

// On a phone and on a desk no page is wider than the screen, every picture is shown, and no text is too small to be read.
func TestPagesInABrowser(t *testing.T) {
	chromium.Require(t)
	out := made(t)
	var names []string
	for _, file := range glob(t, out, "*.html") {
		names = append(names, filepath.Base(file))
	}
	list, err := json.Marshal(names)
	if err != nil {
		t.Fatal(err)
	}
	looking := strings.Replace(look, "NAMES", string(list), 1)
	if err := os.WriteFile(filepath.Join(out, "look.html"), []byte(looking), 0o644); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.FileServer(http.Dir(out)))
	defer server.Close()
	dom, console := chromium.Read(t, server.URL+"/look.html", chromium.View{Width: 1400, Height: 1000})
	if len(console) > 0 {
		t.Errorf("the browser complains: %s", strings.Join(console, "\n"))
	}
	_, text, found := strings.Cut(dom, "<pre>")
	text, _, _ = strings.Cut(text, "</pre>")
	var seen []sight
	if err := json.Unmarshal([]byte(html.UnescapeString(text)), &seen); !found || err != nil {
		t.Fatalf("the browser has not told what it saw (%v): %s", err, dom)
	}
	if len(seen) != 2*len(names) {
		t.Errorf("seen %d times, want each of %d pages twice", len(seen), len(names))
	}
	for _, s := range seen {
		if s.Takes > s.Width {
			t.Errorf("%s takes %d pixels on a screen of %d", s.Page, s.Takes, s.Width)
		}
		if s.Broken != nil {
			t.Errorf("%s does not show %q", s.Page, s.Broken)
		}
		if s.Small != nil {
			t.Errorf("%s has letters below 12 pixels: %q", s.Page, slices.Compact(s.Small))
		}
	}
}

// look opens each page in frames of two widths, and writes down what is to be seen there.
const look = `<!doctype html><body><script>
const seen = [], names = NAMES;
const show = (name, width) => new Promise(done => {
  const frame = document.createElement("iframe");
  frame.style = "height: 900px; border: 0; width: " + width + "px";
  frame.src = name;
  frame.onload = () => {
    const page = frame.contentDocument, of = (list, wrong, told) => [...list].filter(wrong).map(told);
    const broken = of(page.images, i => !i.complete || !i.naturalWidth, i => i.src);
    const small = of(page.querySelectorAll("main *"), e => parseFloat(getComputedStyle(e).fontSize) < 12, e => e.tagName);
    seen.push({Page: name, Width: width, Takes: page.documentElement.scrollWidth, Broken: broken.length ? broken : null, Small: small.length ? small : null});
    frame.remove();
    done();
  };
  document.body.append(frame);
});
(async () => {
  for (const name of names) for (const width of [360, 1280]) await show(name, width);
  const pre = document.createElement("pre");
  pre.textContent = JSON.stringify(seen);
  document.body.replaceChildren(pre);
})();
</script>`

func glob(t *testing.T, dir, pattern string) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, pattern))
	if err != nil || paths == nil {
		t.Fatal(fmt.Errorf("no %s in %s: %w", pattern, dir, err))
	}
	return paths
}

// The index shows what has the words that were asked for; without them, and without JavaScript, it is a list of everything.
func TestSearch(t *testing.T) {
	chromium.Require(t)
	out := made(t)
	server := httptest.NewServer(http.FileServer(http.Dir(out)))
	defer server.Close()
	for question, want := range map[string][]string{
		"search.html?q=slirp4netns+rootlesskit": {`findings.html#port-in-use`}, "search.zh-CN.html?q=slirp4netns+rootlesskit": {`findings.zh.html#port-in-use`},
		"search.html?q=nothing-like-that": nil,
	} {
		dom, console := chromium.Read(t, server.URL+"/"+question, chromium.View{Width: 1280, Height: 900})
		if len(console) > 0 {
			t.Errorf("%s: the browser complains: %s", question, strings.Join(console, "\n"))
		}
		var shown []string
		for _, item := range regexp.MustCompile(`<li data-words="[^"]*"( hidden="")?><a href="([^"]*)"`).FindAllStringSubmatch(dom, -1) {
			if item[1] == "" {
				shown = append(shown, item[2])
			}
		}
		for _, w := range want {
			if !slices.Contains(shown, w) {
				t.Errorf("%s: %s is not among %q", question, w, shown)
			}
		}
		if nothing := strings.Contains(dom, `<p id="none">`); nothing != (want == nil) || len(shown) > 10 {
			t.Errorf("%s: %d are shown, and nothing was found: %t", question, len(shown), nothing)
		}
	}
	text, err := os.ReadFile(filepath.Join(out, "search.html"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`href="commands.html#safeport-who"`, `href="findings.html#latent"`, `href="index.html#how-right-it-is"`} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the index lacks %s", want)
		}
	}
}

// Words of English stay apart where a line of the source ends: in paragraphs and in lists, after a comma and before code.
func TestLinesOfEnglishStayApart(t *testing.T) {
	out := made(t)
	tags, spaces, marks := regexp.MustCompile(`<[^>]*>`), regexp.MustCompile(`\s+`), strings.NewReplacer("`", "", "*", "")
	prose := regexp.MustCompile(`^(- |\d+\. )?[A-Za-z0-9"(` + "`" + `*]`)
	breaks := 0
	for _, file := range glob(t, "../..", "docs/*.md") {
		if strings.Contains(file, ".zh.") {
			continue
		}
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		made, err := os.ReadFile(filepath.Join(out, pageName(file)))
		if err != nil {
			t.Fatal(err)
		}
		page := spaces.ReplaceAllString(html.UnescapeString(tags.ReplaceAllString(string(made), "")), " ")
		lines := strings.Split(string(source), "\n")
		for i, fenced := 1, false; i < len(lines); i++ {
			if strings.HasPrefix(lines[i], "```") {
				fenced = !fenced
			}
			next, continued := strings.CutPrefix(lines[i], "  ")
			if fenced || !prose.MatchString(lines[i-1]) && !strings.HasPrefix(lines[i-1], "  ") || strings.HasPrefix(lines[i-1], "    ") ||
				!prose.MatchString(next) || !continued && regexp.MustCompile(`^(- |\d+\. )`).MatchString(next) || strings.ContainsAny(lines[i-1]+next, "[]<>|") {
				continue
			}
			before, after := marks.Replace(strings.TrimSpace(lines[i-1])), marks.Replace(next)
			ends := before[max(0, len(before)-16):] + " " + after[:min(len(after), 16)]
			if breaks++; !strings.Contains(page, spaces.ReplaceAllString(ends, " ")) {
				t.Errorf("%s has no %q", pageName(file), ends)
			}
		}
	}
	if breaks < 400 {
		t.Errorf("%d ends of lines were looked at", breaks)
	}
}
