package composefile

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/safeport/safeport/internal/message"
)

// syntaxError puts the line of a YAML error, which the library writes into the text, where all other errors have it.
func syntaxError(path string, err error) error {
	text := composeError(err)
	if rest, ok := strings.CutPrefix(text, "line "); ok {
		if line, what, ok := strings.Cut(rest, ": "); ok {
			return message.Errorf("%s:%s: %s", path, line, what)
		}
	}
	return message.Errorf("%s: %s", path, text)
}

// located turns an error of the Compose loader into one line that begins with the file, as the user wrote it, and the
// line of the deepest element that the error names ("services.web.ports").
func (d *Definition) located(err error) error {
	text := composeError(err)
	for _, f := range slices.Concat(d.files, d.related) {
		abs := d.absolute(f.path)
		text = strings.TrimPrefix(text, "validating "+abs+": ")
		text = strings.ReplaceAll(text, abs, f.path)
	}
	text = strings.Replace(text, " false schema", " is no key of Compose", 1)
	for _, f := range d.files {
		for word := range strings.FieldsSeq(text) {
			word = strings.Trim(word, `"':,`)
			if n := elementAt(f.top, word); n != nil {
				return message.Errorf("%s:%d: %s", f.path, n.Line, text)
			}
		}
	}
	return message.Errorf("%s: %s", d.files[0].path, text)
}

// elementAt follows a dotted path through mappings, as far as it goes; nil when it is none.
func elementAt(n *yaml.Node, dotted string) *yaml.Node {
	var found *yaml.Node
	for key := range strings.SplitSeq(dotted, ".") {
		if n = child(n, key); n == nil {
			break
		}
		found = n
	}
	return found
}

// composeError is a Compose or YAML error as one line.
func composeError(err error) string {
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == '\n' }), "; ")
}
