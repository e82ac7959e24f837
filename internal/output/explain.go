package output

import (
	"io"
	"regexp"
	"strings"
	"sync"
)

// emphasis is Markdown's, which a page on a screen does without.
var emphasis = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`\*{1,2}([^*\n]+)\*{1,2}`)
})

// Explain writes a page of the documentation, in Markdown: prose is wrapped to the screen, commands and examples stay as they
// are.
func Explain(w io.Writer, title, text string, opt Options) error {
	p := &page{opt: opt}
	p.paragraph(title, bold)
	for block := range strings.SplitSeq(text, "\n\n") {
		p.blank()
		if strings.HasPrefix(block, "    ") {
			for line := range strings.SplitSeq(block, "\n") {
				p.line(0, line)
			}
			continue
		}
		for _, paragraph := range listItems(block) {
			p.paragraph(emphasis().ReplaceAllString(paragraph, "$1"), plain)
		}
	}
	return p.writeTo(w)
}

// listItems parts a list into its items, and leaves any other paragraph whole. Lines in Chinese are joined without a space,
// which no reader expects where a line of the source ended.
func listItems(block string) []string {
	var items []string
	for line := range strings.SplitSeq(block, "\n") {
		switch last := len(items) - 1; {
		case last < 0 || strings.HasPrefix(line, "- "):
			items = append(items, line)
		case wideBetween(items[last], strings.TrimSpace(line)):
			items[last] += strings.TrimSpace(line)
		default:
			items[last] += " " + strings.TrimSpace(line)
		}
	}
	return items
}
