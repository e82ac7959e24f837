package main

import (
	"bytes"
	"fmt"
	"html/template"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// render makes a page's HTML. Links to other pages, and their names in the text, lead to the pages of the site.
func (p *page) render(source string, pages []page) error {
	markdown, err := os.ReadFile(filepath.Join(source, p.Source))
	if err != nil {
		return err
	}
	extensions := []goldmark.Extender{extension.GFM}
	if p.Lang != "en" {
		// Where a line of the source ends between two characters of Chinese is no space between words. It would leave out the end
		// of a line before code, too, which English needs.
		extensions = append(extensions, extension.NewCJK(extension.WithEastAsianLineBreaks(extension.EastAsianLineBreaksCSS3Draft)))
	}
	md := goldmark.New(goldmark.WithExtensions(extensions...), goldmark.WithParserOptions(parser.WithAutoHeadingID()))
	doc := md.Parser().Parse(text.NewReader(markdown))
	names := map[string]string{}
	for _, q := range pages {
		names[q.Source] = q.Name
	}
	var spans []*ast.CodeSpan
	err = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Heading:
			if n.Level == 1 && p.Title == "" {
				p.Title = string(n.Lines().Value(markdown))
			}
			id, _ := n.AttributeString("id")
			name, _ := id.([]byte)
			title := strings.ReplaceAll(string(n.Lines().Value(markdown)), "`", "")
			p.Sections = append(p.Sections, section{ID: string(name), Title: title, Level: n.Level})
		case *ast.Link:
			n.Destination = []byte(p.leadsTo(string(n.Destination), names))
		case *ast.Image:
			n.Destination = []byte(p.leadsTo(string(n.Destination), names))
		case *ast.CodeSpan:
			spans = append(spans, n)
		case *ast.Paragraph, *ast.TextBlock, *ast.CodeBlock, *ast.FencedCodeBlock:
			if i := len(p.Sections) - 1; i >= 0 {
				p.Sections[i].Words += strings.ToLower(strings.Join(strings.Fields(string(n.Lines().Value(markdown))), " ")) + " "
			}
		}
		return ast.WalkContinue, nil
	})
	if err != nil {
		return err
	}
	for _, span := range spans {
		linkPage(span, markdown, names)
	}
	var body bytes.Buffer
	if err := md.Renderer().Render(&body, markdown, doc); err != nil {
		return fmt.Errorf("rendering %s: %w", p.Source, err)
	}
	// A wide table is scrolled by itself and not with the whole page.
	wrapped := strings.NewReplacer("<table>", `<div class="wide"><table>`, "</table>", "</table></div>").Replace(body.String())
	p.Body = template.HTML(wrapped) // the project's own text
	return nil
}

// leadsTo is where a link of the repository leads to on the site.
func (p *page) leadsTo(link string, names map[string]string) string {
	if strings.Contains(link, "://") || strings.HasPrefix(link, "#") {
		return link
	}
	file, anchor, found := strings.Cut(link, "#")
	if found {
		anchor = "#" + anchor
	}
	file = path.Join(path.Dir(p.Source), file)
	if name, ok := names[file]; ok {
		return name + anchor
	}
	return strings.TrimPrefix(file, "docs/") + anchor
}

// linkPage makes a link of a page's name that stands in the text as code, as in "see docs/findings.md".
func linkPage(span *ast.CodeSpan, markdown []byte, names map[string]string) {
	if _, linked := span.Parent().(*ast.Link); linked {
		return
	}
	name, ok := names[said(span, markdown)]
	if !ok {
		return
	}
	link := ast.NewLink()
	link.Destination = []byte(name)
	span.Parent().ReplaceChild(span.Parent(), span, link)
	link.AppendChild(link, span)
}

// said is the text of a piece of code in a line.
func said(span *ast.CodeSpan, markdown []byte) string {
	var text strings.Builder
	for c := span.FirstChild(); c != nil; c = c.NextSibling() {
		if t, ok := c.(*ast.Text); ok {
			text.Write(t.Segment.Value(markdown))
		}
	}
	return text.String()
}
