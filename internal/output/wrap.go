package output

import (
	"math"
	"strings"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// width is how many columns a text takes on a terminal: a Chinese character takes two.
func width(text string) int {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c > '~' {
			return uniseg.StringWidth(text)
		}
	}
	return len(text) // as nearly every text of a list of thousands of ports
}

// pad fills text up to a width with spaces.
func pad(text string, columns int) string {
	return text + strings.Repeat(" ", max(0, columns-width(text)))
}

// wrap breaks prose into lines that fit between column and the screen's width. A piece that is longer than a line has one
// to itself.
func wrap(prose string, screen, column int) []string {
	room := max(screen-column, minProse)
	if screen == 0 {
		room = math.MaxInt
	}
	var lines []string
	var line string
	for word := range strings.FieldsSeq(prose) {
		space := " "
		for _, piece := range pieces(word) {
			switch {
			case line == "":
			case width(line)+len(space)+width(piece) > room:
				lines, line = append(lines, line), ""
			default:
				line += space
			}
			line, space = line+piece, ""
		}
	}
	return append(lines, line)
}

// Hanging is prose behind what leads its line, such as a sign: what has no room on a terminal stands below, as far in as the
// first line. Elsewhere, as in a log, it stays one line.
func (o Options) Hanging(lead, prose string) string {
	column := width(lead)
	if o.Columns == 0 || column+width(prose) <= o.Width {
		return lead + prose
	}
	var lines []string
	for part := range strings.SplitSeq(prose, "  ") { // what is set apart has lines of its own
		lines = append(lines, wrap(part, o.Width, column)...)
	}
	return lead + strings.Join(lines, "\n"+strings.Repeat(" ", column))
}

// EndsInCommand is [Options.Hanging] of a text that ends in a command to copy, which has a line of its own where there is no
// room for it.
func (o Options) EndsInCommand(lead, text, command string) string {
	prose, found := strings.CutSuffix(text, command)
	if o.Columns == 0 || width(lead)+width(text) <= o.Width || !found || strings.TrimSpace(prose) == "" {
		return lead + text
	}
	return o.Hanging(lead, strings.TrimRight(prose, " ")) + "\n" + strings.Repeat(" ", width(lead)) + command
}

// pieces are the parts of a word between which a line may end. In Chinese that is nearly everywhere, though a comma must not
// begin a line nor a bracket end one. Latin words are left whole: paths and codes are there to be copied.
func pieces(word string) []string {
	var list []string
	state := -1
	for word != "" {
		var piece string
		piece, word, _, state = uniseg.FirstLineSegmentInString(word, state)
		if n := len(list); n > 0 && !wideBetween(list[n-1], piece) {
			list[n-1] += piece
			continue
		}
		list = append(list, piece)
	}
	return list
}

// wideBetween says whether a wide character is on either side of where two texts meet.
func wideBetween(before, after string) bool {
	last, _ := utf8.DecodeLastRuneInString(before)
	first, _ := utf8.DecodeRuneInString(after)
	return width(string(last)) > 1 || width(string(first)) > 1
}
