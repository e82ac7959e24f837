package service

import (
	"fmt"
	"strings"
)

// syntaxError puts the line of a YAML error, which the library writes into the text, where all other errors have it.
func syntaxError(path string, err error) error {
	text := composeError(err)
	if rest, ok := strings.CutPrefix(text, "line "); ok {
		if line, what, ok := strings.Cut(rest, ": "); ok {
			return fmt.Errorf("%s:%s: %s", path, line, what)
		}
	}
	return fmt.Errorf("%s: %s", path, text)
}

// composeError is a Compose or YAML error as one line.
func composeError(err error) string {
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == '\n' }), "; ")
}
