package fleet

import (
	"strconv"
	"strings"
)

// spread is a sentence that hosts say with numbers of their own: how many ports are in use just now, of how many.
type spread struct {
	words     []string // around the numbers: one more than there are
	low, high []uint64
}

func newSpread(text string) spread {
	words, numbers := parted(text)
	return spread{words: words, low: numbers, high: append([]uint64(nil), numbers...)}
}

// add widens the spread by what another host says, and is false where that differs in more than numbers.
func (s *spread) add(text string) bool {
	words, numbers := parted(text)
	if len(words) != len(s.words) {
		return false
	}
	for i, w := range words {
		if w != s.words[i] {
			return false
		}
	}
	for i, n := range numbers {
		s.low[i], s.high[i] = min(s.low[i], n), max(s.high[i], n)
	}
	return true
}

// String has each number as it is everywhere, or from the least to the greatest.
func (s *spread) String() string {
	var b strings.Builder
	for i, word := range s.words {
		b.WriteString(word)
		if i == len(s.low) {
			break
		}
		b.WriteString(strconv.FormatUint(s.low[i], 10))
		if s.high[i] != s.low[i] {
			b.WriteString("–" + strconv.FormatUint(s.high[i], 10))
		}
	}
	return b.String()
}

// parted cuts a text at its numbers. Digits that a number would not be written with, as in "gpu-07", are words.
func parted(text string) (words []string, numbers []uint64) {
	from := 0
	for at := 0; at < len(text); {
		end := at
		for end < len(text) && isDigit(text[end]) {
			end++
		}
		if end == at {
			at++
			continue
		}
		if n, err := strconv.ParseUint(text[at:end], 10, 64); err == nil && (text[at] != '0' || end == at+1) {
			words, numbers, from = append(words, text[from:at]), append(numbers, n), end
		}
		at = end
	}
	return append(words, text[from:]), numbers
}
