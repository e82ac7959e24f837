package main

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

//go:embed page.html
var layout string

//go:embed style.css
var style []byte

//go:embed search.js
var search []byte

// page is one page of the documentation.
type page struct {
	Source string // "docs/findings.md"
	Name   string // "findings.html"
	Title  string
	Lang   string // "en" or "zh"
	Body   template.HTML

	Sections []section
}

// section is a part of a page under a heading of its own.
type section struct {
	ID, Title string
	Level     int
	Words     string // all that is said in it, in lower case and without markup
}

// view is what the layout is filled with.
type view struct {
	page
	Home    page   // the first page in this one's language
	Pages   []page // of this language, the first left out
	Other   *page  // the same page in the other language, if there is one
	Search  string // the page with the index, in this language
	Version string
}

// Contents are the sections that a reader of this page may want to go to; none where there is hardly any choice.
func (v view) Contents() []section {
	list := slices.DeleteFunc(slices.Clone(v.Sections), func(s section) bool { return s.Level != 2 })
	if len(list) < 3 {
		return nil
	}
	return list
}

// write makes the site of a source in a directory.
func write(source, out string) error {
	pages, err := read(source)
	if err != nil {
		return err
	}
	tmpl, err := template.New("page").Parse(layout)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	for i := range pages {
		if err := pages[i].render(source, pages); err != nil {
			return err
		}
	}
	said := version(source)
	for _, p := range append(pages, searchPages(pages)...) {
		var text bytes.Buffer
		v := viewOf(p, pages)
		v.Version = said
		if err := tmpl.Execute(&text, v); err != nil {
			return fmt.Errorf("writing %s: %w", p.Name, err)
		}
		if err := os.WriteFile(filepath.Join(out, p.Name), text.Bytes(), 0o644); err != nil {
			return err
		}
	}
	for name, text := range map[string][]byte{"style.css": style, "search.js": search} {
		if err := os.WriteFile(filepath.Join(out, name), text, 0o644); err != nil {
			return err
		}
	}
	for _, dir := range []string{"pictures", "schema"} {
		if err := copyFiles(filepath.Join(source, "docs", dir), filepath.Join(out, dir)); err != nil {
			return err
		}
	}
	return nil
}

// read finds the pages.
func read(source string) ([]page, error) {
	var pages []page
	for _, pattern := range []string{"README*.md", "docs/*.md"} {
		files, err := fs.Glob(os.DirFS(source), pattern)
		if err != nil {
			return nil, err
		}
		slices.Sort(files)
		for _, file := range files {
			pages = append(pages, page{Source: file, Name: pageName(file), Lang: language(file)})
		}
	}
	return pages, inOrder(pages, source)
}

// inOrder sorts the pages as the list at README's end names them: an order for readers.
func inOrder(pages []page, source string) error {
	readme, err := os.ReadFile(filepath.Join(source, "README.md"))
	if err != nil {
		return err
	}
	place := func(p page) int {
		at := strings.LastIndex(string(readme), inEnglish(p.Source))
		switch {
		case strings.HasPrefix(p.Source, "README"):
			return 0
		case at < 0:
			return len(readme)
		}
		return at
	}
	slices.SortStableFunc(pages, func(a, b page) int { return place(a) - place(b) })
	return nil
}

// pageName is a file's page: "README.zh-CN.md" is "index.zh-CN.html".
func pageName(file string) string {
	name := strings.TrimSuffix(path.Base(file), ".md")
	if rest, ok := strings.CutPrefix(name, "README"); ok {
		name = "index" + rest
	}
	return name + ".html"
}

func language(file string) string {
	if strings.Contains(path.Base(file), ".zh") {
		return "zh-CN"
	}
	return "en"
}

// inEnglish is the page that a translation is of: "docs/findings.zh.md" is "docs/findings.md" in Chinese.
func inEnglish(name string) string {
	return strings.NewReplacer(".zh-CN.", ".", ".zh.", ".").Replace(name)
}

func viewOf(p page, pages []page) view {
	v := view{page: p, Search: searchName(p.Lang)}
	for i, q := range pages {
		first := strings.HasPrefix(q.Name, "index")
		switch {
		case q.Lang == p.Lang && first:
			v.Home = q
		case q.Lang == p.Lang:
			v.Pages = append(v.Pages, q)
		case inEnglish(q.Name) == inEnglish(p.Name):
			v.Other = &pages[i]
		}
	}
	if p.Source == "" { // the index, of which there is one in each language
		other := map[string]string{"en": "zh-CN", "zh-CN": "en"}[p.Lang]
		v.Other = &page{Name: searchName(other), Lang: other}
	}
	return v
}

func copyFiles(from, to string) error {
	files, err := os.ReadDir(from)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(to, 0o755); err != nil {
		return err
	}
	for _, f := range files {
		if f.IsDir() || strings.HasSuffix(f.Name(), ".go") {
			continue
		}
		text, err := os.ReadFile(filepath.Join(from, f.Name()))
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(to, f.Name()), text, 0o644); err != nil {
			return err
		}
	}
	return nil
}
