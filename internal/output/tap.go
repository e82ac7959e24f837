package output

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode"

	"github.com/safeport/safeport/report"
)

// TAP writes a check as the Test Anything Protocol has it, version 13, which every harness reads: a line a port, and below
// what did not pass a YAML block that says why. A warning is a comment.
func TAP(w io.Writer, r *report.Report, opt Options) error {
	var b bytes.Buffer
	list := points(r, opt.Strict)
	fmt.Fprintf(&b, "TAP version 13\n1..%d\n", len(list))
	for i, p := range list {
		result := "ok"
		if p.verdict == report.Blocked || p.verdict == report.Unknown {
			result = "not ok"
		}
		fmt.Fprintf(&b, "%s %d - %s\n", result, i+1, tapText(p.name))
		if result == "ok" {
			for _, line := range p.details(opt) {
				fmt.Fprintf(&b, "# %s\n", oneLine(line))
			}
			continue
		}
		worst := p.worst()
		fmt.Fprintf(&b, "  ---\n  verdict: %s\n  code: %s\n  message: %s\n  detail: |\n", p.verdict, yamlString(string(worst.Code)), yamlString(worst.Message))
		for _, line := range p.details(opt) {
			fmt.Fprintf(&b, "    %s\n", oneLine(line)) // Perl's harness takes a quoted item of a list for the key of a mapping
		}
		b.WriteString("  ...\n")
	}
	_, err := w.Write(b.Bytes())
	return err
}

// tapText keeps a harness from taking part of a name for a directive, as in "ok 1 - port # SKIP".
func tapText(s string) string {
	return strings.NewReplacer(`\`, `\\`, "#", `\#`).Replace(oneLine(s))
}

// yamlString quotes a text for YAML as JSON does, which is YAML too.
func yamlString(s string) string {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(s) // a string can always be encoded
	return strings.TrimSuffix(b.String(), "\n")
}

// oneLine keeps a text from starting a line of its own, and control characters from whoever reads it.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s)
}
