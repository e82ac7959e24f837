// Package docs holds the pages that the program itself can show.
package docs

import (
	_ "embed"
	"strings"

	"github.com/safeport/safeport/internal/message"
)

//go:embed findings.md
var findings string

//go:embed findings.zh.md
var findingsChinese string

// Finding is what the documentation says of a code, in Markdown and without the heading; empty when it says nothing.
func Finding(code string, l message.Language) string {
	page := findings
	if l == message.Chinese {
		page = findingsChinese
	}
	for section := range strings.SplitSeq(page, "\n## ") {
		if title, body, _ := strings.Cut(section, "\n"); title == code {
			return strings.TrimSpace(body)
		}
	}
	return ""
}
