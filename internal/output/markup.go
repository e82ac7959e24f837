package output

import (
	"fmt"
	"html"
	"strings"
)

// markup is HTML being written: every text is escaped, but for what stands in the program as raw. html/template would know
// more contexts than the pages have, but finds methods by name, for which the linker keeps every method of every type: it
// makes the core a fifth larger.
type markup struct{ strings.Builder }

// raw is markup of the program's own.
type raw string

// put writes parts one after the other. Texts may stand in elements and in attributes with quotation marks, and nowhere else.
func (m *markup) put(parts ...any) {
	for _, part := range parts {
		switch p := part.(type) {
		case raw:
			m.WriteString(string(p))
		case string:
			m.WriteString(html.EscapeString(p))
		default:
			m.WriteString(html.EscapeString(fmt.Sprint(p)))
		}
	}
}

// head begins a page that needs nothing else, and may load nothing else.
func (m *markup) head(language, title, policy string, style raw) {
	m.put(raw("<!DOCTYPE html>\n<html lang=\""), language, raw("\">\n<head>\n<meta charset=\"utf-8\">\n"),
		raw(`<meta http-equiv="Content-Security-Policy" content="`), policy, raw("\">\n"),
		raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n<title>"),
		title, raw("</title>\n<link rel=\"icon\" href=\"data:,\">\n<style>"), style, raw("</style>\n</head>\n<body>\n"))
}
