package exam

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// row is what everybody said in one situation.
type row struct {
	situation string
	truth     answer
	unsure    bool
	safeport  answer
	ways      []answer
}

// writeTable prints the rows as a Markdown table with its columns aligned, and the counts below. Wrong answers are marked.
func writeTable(w io.Writer, ways []way, rows []row) error {
	head := []string{"situation", "truth", "safeport"}
	for _, way := range ways {
		head = append(head, way.name)
	}
	lines := [][]string{head, nil}
	scores := make([]score, len(head)-2)
	for _, r := range rows {
		line := []string{r.situation, string(r.truth)}
		for i, said := range append([]answer{r.safeport}, r.ways...) {
			line = append(line, scores[i].count(said, r))
		}
		lines = append(lines, line)
	}
	for _, total := range []struct {
		name string
		of   func(score) int
	}{
		{"right", func(s score) int { return s.right }},
		{"false free", func(s score) int { return s.falseFree }},
		{"false busy", func(s score) int { return s.falseBusy }},
		{"no answer", func(s score) int { return s.none }},
	} {
		line := []string{total.name, ""}
		for _, s := range scores {
			line = append(line, fmt.Sprint(total.of(s)))
		}
		lines = append(lines, line)
	}
	_, err := io.WriteString(w, align(lines))
	return err
}

// score counts one column.
type score struct{ right, falseFree, falseBusy, none int }

// count adds an answer and returns it as it is printed.
func (s *score) count(said answer, r row) string {
	switch {
	case r.truth == depends:
		return string(said)
	case said == r.truth, r.unsure && said == noAnswer:
		s.right++
		return string(said)
	case said == free:
		s.falseFree++
	case said == busy:
		s.falseBusy++
	default:
		s.none++
	}
	return string(said) + " ✗"
}

// align writes lines of cells under each other. An empty line is the rule below the head.
func align(lines [][]string) string {
	widths := make([]int, len(lines[0]))
	for _, line := range lines {
		for i, cell := range line {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	var b strings.Builder
	for _, line := range lines {
		for i, width := range widths {
			if line == nil {
				b.WriteString("|" + strings.Repeat("-", width+2))
				continue
			}
			fmt.Fprintf(&b, "| %-*s ", width, line[i])
		}
		b.WriteString("|\n")
	}
	return b.String()
}

func TestTable(t *testing.T) {
	var b strings.Builder
	err := writeTable(&b, ways, []row{
		{"had", free, false, free, []answer{free, busy, noAnswer, free}},
		{"not had", busy, false, busy, []answer{free, busy, busy, busy}},
		{"unseen", busy, true, noAnswer, []answer{free, free, free, busy}},
		{"either", depends, false, busy, []answer{free, busy, busy, busy}},
	})
	want := `
| situation  | truth   | safeport | lsof + docker ps | lsof LISTEN | ss, grep | bind |
|------------|---------|----------|------------------|-------------|----------|------|
| had        | free    | free     | free             | busy ✗      | ? ✗      | free |
| not had    | busy    | busy     | free ✗           | busy        | busy     | busy |
| unseen     | busy    | ?        | free ✗           | free ✗      | free ✗   | busy |
| either     | depends | busy     | free             | busy        | busy     | busy |
| right      |         | 3        | 1                | 1           | 1        | 3    |
| false free |         | 0        | 2                | 1           | 1        | 0    |
| false busy |         | 0        | 0                | 1           | 0        | 0    |
| no answer  |         | 0        | 0                | 0           | 1        | 0    |
`
	if diff := cmp.Diff(want, "\n"+b.String()); err != nil || diff != "" {
		t.Errorf("error %v, table (-want +got):\n%s", err, diff)
	}
}
