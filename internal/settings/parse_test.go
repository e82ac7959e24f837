package settings

import (
	"testing"

	"github.com/safeport/safeport/internal/port"
)

// FuzzRange holds that a range that is taken is written canonically: it reads as itself, and has two ends in order.
func FuzzRange(f *testing.F) {
	for _, s := range []string{"40000-40063", "41000-41999", "1-65535", "80-80", "080-90", "90-80", "-", "1-2-3", "80"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		text, err := parseRange(s)
		if err != nil {
			return
		}
		r, err := port.ParseRange(text)
		if err != nil || r.First == 0 || r.Last < r.First {
			t.Fatalf("%q is read as %q: %v, %v", s, text, r, err)
		}
		if again, err := parseRange(text); err != nil || again != text {
			t.Fatalf("%q is read as %q, and that as %q, %v", s, text, again, err)
		}
	})
}

// FuzzTerm holds that a term of a condition is written as it is read.
func FuzzTerm(f *testing.F) {
	for _, s := range []string{"cert", "not cert", "mode = a | b", "version >= 2.1.1", "a != b", "a ="} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		term, err := ParseTerm(s)
		if err != nil {
			return
		}
		term.holds(Value{Text: "v2.1.0", Applies: true})
		again, err := ParseTerm(term.String())
		if err != nil || again.String() != term.String() {
			t.Fatalf("%q is written %q, and that is read as %v, %v", s, term, again, err)
		}
	})
}
