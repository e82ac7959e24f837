package main

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"
)

// block is a paragraph, a list's item, a table's row, a heading or a piece of code: what a page and its translation have in
// common of it, whatever the language.
type block struct {
	kind    string
	line    int      // of the page, from 1
	words   []string // in code: flags, codes, names of files
	figures []string // of the text beside those
	links   []string
	lines   []string // of code, or a heading
}

func (b block) heading() bool { return strings.HasPrefix(b.kind, "heading") }

var figure = regexp.MustCompile(`\d+(?:[.,]\d+)*`)

// outline reads a page's blocks, in order.
func outline(page []byte) []block {
	var blocks []block
	doc := goldmark.New(goldmark.WithExtensions(extension.GFM)).Parser().Parse(text.NewReader(page))
	within := func(n ast.Node, kind string) {
		blocks = append(blocks, block{kind: kind, line: 1 + bytes.Count(page[:offset(n)], []byte("\n"))})
	}
	ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Heading:
			within(n, fmt.Sprintf("heading of level %d", n.Level))
			blocks[len(blocks)-1].lines = []string{string(n.Lines().Value(page))}
		case *ast.Paragraph:
			within(n, "paragraph")
		case *ast.ListItem:
			within(n, "item of a list")
		case *east.TableHeader, *east.TableRow:
			within(n, "row of a table")
		case *ast.CodeBlock, *ast.FencedCodeBlock:
			within(n, "piece of code")
			blocks[len(blocks)-1].lines = strings.Split(strings.TrimRight(string(n.Lines().Value(page)), "\n"), "\n")
		case *ast.HTMLBlock:
			within(n, "piece of HTML")
		}
		if len(blocks) == 0 {
			return ast.WalkContinue, nil
		}
		at := &blocks[len(blocks)-1]
		switch n := n.(type) {
		case *ast.Link:
			at.links = append(at.links, string(n.Destination))
		case *ast.Image:
			at.links = append(at.links, string(n.Destination))
		case *ast.CodeSpan:
			at.words = append(at.words, strings.Join(strings.Fields(said(n, page)), " "))
			return ast.WalkSkipChildren, nil
		case *ast.Text:
			at.figures = append(at.figures, figure.FindAllString(string(n.Segment.Value(page)), -1)...)
		}
		return ast.WalkContinue, nil
	})
	return blocks
}

// offset is where a block begins in its page: rows and items have no lines of their own, what is in them has.
func offset(n ast.Node) int {
	at := -1
	ast.Walk(n, func(n ast.Node, _ bool) (ast.WalkStatus, error) {
		if t, ok := n.(*ast.Text); ok {
			at = t.Segment.Start
		} else if n.Type() == ast.TypeBlock && n.Lines().Len() > 0 {
			at = n.Lines().At(0).Start
		}
		if at >= 0 {
			return ast.WalkStop, nil
		}
		return ast.WalkContinue, nil
	})
	return max(at, 0)
}

// sections are the blocks up to each heading, with the heading in front.
func sections(blocks []block) [][]block {
	var list [][]block
	for i, b := range blocks {
		if i == 0 || b.heading() {
			list = append(list, nil)
		}
		list[len(list)-1] = append(list[len(list)-1], b)
	}
	return list
}

// missing is what one list has more of than another.
func missing(from, in []string) []string {
	var list []string
	in = slices.Clone(in)
	for _, s := range from {
		if i := slices.Index(in, s); i >= 0 {
			in = slices.Delete(in, i, i+1)
			continue
		}
		list = append(list, s)
	}
	return list
}
