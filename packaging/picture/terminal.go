// Package picture draws what a command printed on a terminal, for pages that cannot run it.
package picture

import (
	"regexp"
	"strings"
)

// run is a piece of a line in one style.
type run struct {
	text, style string // style: the parameter of the terminal's sequence, "" for none
}

// sequence is what safeport's reports use of a terminal: one style at a time, and back.
var sequence = regexp.MustCompile("\x1b\\[([0-9]*)m")

// lines reads a terminal's output as lines of runs.
func lines(output string) [][]run {
	var all [][]run
	style := ""
	for line := range strings.SplitSeq(strings.TrimRight(strings.ReplaceAll(output, "\r", ""), "\n"), "\n") {
		var runs []run
		for line != "" {
			at := sequence.FindStringSubmatchIndex(line)
			if at == nil {
				runs = append(runs, run{line, style})
				break
			}
			if at[0] > 0 {
				runs = append(runs, run{line[:at[0]], style})
			}
			style, line = strings.TrimLeft(line[at[2]:at[3]], "0"), line[at[1]:]
		}
		all = append(all, runs)
	}
	return all
}
