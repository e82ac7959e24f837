package output

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/safeport/safeport/report"
)

// GitHub writes the findings as annotations of a GitHub Actions run. Where a port was chosen in a file the annotation
// points to its line.
func GitHub(w io.Writer, r *report.Report, opt Options) error {
	var b bytes.Buffer
	for _, f := range r.Findings {
		fmt.Fprintf(&b, "::%s %stitle=%s::%s\n", githubLevel(f.Severity, opt.Strict), githubPlace(r.Ports, f.Port),
			githubProperty("safeport: "+string(f.Code)), githubMessage(f, opt.Language))
	}
	// An annotation is only told from other output at the start of a line, where this one has a word.
	fmt.Fprintf(&b, "safeport: %s\n", oneLine(InOneLine(r, opt.Language)))
	_, err := w.Write(b.Bytes())
	return err
}

// githubLevel makes a warning that blocks an error, so that the run that fails shows why.
func githubLevel(s report.Severity, strict bool) string {
	switch {
	case s == report.Error, s == report.Warning && strict:
		return "error"
	case s == report.Warning:
		return "warning"
	}
	return "notice"
}

// githubPlace is the line of the file that a port was chosen in; empty when it was chosen elsewhere.
func githubPlace(ports []report.Port, name string) string {
	i := slices.IndexFunc(ports, func(p report.Port) bool { return p.Name == name })
	if i < 0 || ports[i].Origin.Kind != "file" && ports[i].Origin.Kind != "definition" {
		return ""
	}
	file, line, ok := cutLast(ports[i].Origin.Where, ":")
	if _, err := strconv.ParseUint(line, 10, 32); !ok || err != nil {
		return ""
	}
	return "file=" + githubProperty(file) + ",line=" + line + ","
}

func cutLast(s, sep string) (before, after string, found bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

func githubMessage(f report.Finding, l report.Language) string {
	lines := []string{f.Message}
	for _, r := range f.Remedies {
		lines = append(lines, choice(r, l))
	}
	return githubData(strings.Join(lines, "\n"))
}

// githubData and githubProperty escape as the runner unescapes.
func githubData(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(s)
}

func githubProperty(s string) string {
	return strings.NewReplacer(":", "%3A", ",", "%2C").Replace(githubData(s))
}
