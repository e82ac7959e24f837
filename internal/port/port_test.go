package port

import (
	"strings"
	"testing"
)

func TestParseRange(t *testing.T) {
	tests := []struct {
		name, text string
		want       Range
		spelled    string
	}{
		{"one port", "80", Range{80, 80}, "80"},
		{"the lowest", "1", Range{1, 1}, "1"},
		{"the highest", "65535", Range{65535, 65535}, "65535"},
		{"leading zeros are decimal", "0080", Range{80, 80}, "80"},
		{"range", "40000-40063", Range{40000, 40063}, "40000-40063"},
		{"range of one", "80-80", Range{80, 80}, "80"},
		{"every port", "1-65535", Range{1, 65535}, "1-65535"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ParseRange(tt.text)
			if err != nil {
				t.Fatal(err)
			}
			if got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
			if got.String() != tt.spelled {
				t.Errorf("spelled %q, want %q", got, tt.spelled)
			}
		})
	}
}

func TestParseRangeNamesTheWordThatIsWrong(t *testing.T) {
	tests := []struct{ name, text, word string }{
		{"nothing", "", `""`},
		{"port 0", "0", "port 0"},
		{"port 0 spelled longer", "000", "port 000"},
		{"too big", "70000", "70000 is above 65535"},
		{"just too big", "65536", "65536 is above 65535"},
		{"bigger than any integer", strings.Repeat("9", 40), "is above 65535"},
		{"word", "abc", `"abc"`},
		{"space", " 80", `" 80"`},
		{"plus sign", "+80", `"+80"`},
		{"minus sign", "-80", `""`},
		{"hexadecimal", "0x50", `"0x50"`},
		{"underscore", "8_0", `"8_0"`},
		{"other digits", "٨٠", `"٨٠"`},
		{"backwards", "80-70", "did you mean 70-80"},
		{"open end", "80-", `""`},
		{"three numbers", "80-90-100", `"90-100"`},
		{"end too big", "80-70000", "70000 is above 65535"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ParseRange(tt.text)
			if err == nil {
				t.Fatalf("got %v, want an error", got)
			}
			if s := err.Error(); !strings.Contains(s, tt.word) || strings.Contains(s, "\n") {
				t.Errorf("error %q does not name %s in one line", s, tt.word)
			}
		})
	}
}

func TestRangesOverlapWhereTheyShareAPort(t *testing.T) {
	tests := []struct {
		name string
		a, b Range
		want bool
	}{
		{"same port", Single(80), Single(80), true},
		{"neighbours", Single(80), Single(81), false},
		{"ends touch", Range{80, 90}, Range{90, 100}, true},
		{"ends apart", Range{80, 90}, Range{91, 100}, false},
		{"one inside the other", Range{1, 65535}, Single(443), true},
		{"a port that the engine picks", Range{}, Range{1, 65535}, false},
		{"two that the engine picks", Range{}, Range{}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.a.Overlaps(tt.b); got != tt.want {
				t.Errorf("%v with %v: %v, want %v", tt.a, tt.b, got, tt.want)
			}
			if got := tt.b.Overlaps(tt.a); got != tt.want {
				t.Errorf("%v with %v: %v, want %v", tt.b, tt.a, got, tt.want)
			}
		})
	}
}

func TestTheZeroRangeHasNoPorts(t *testing.T) {
	var r Range
	if r.Len() != 0 || r.Contains(0) || r.Contains(1) {
		t.Errorf("length %d, contains 0: %v, contains 1: %v", r.Len(), r.Contains(0), r.Contains(1))
	}
	if n := (Range{1, 65535}).Len(); n != 65535 {
		t.Errorf("every port is %d ports, want 65535", n)
	}
}

func TestParseProtocol(t *testing.T) {
	for text, want := range map[string]Protocol{"tcp": TCP, "TCP": TCP, "udp": UDP, "Udp": UDP, "sctp": SCTP} {
		if got, err := ParseProtocol(text); err != nil || got != want {
			t.Errorf("%q: %v and %v, want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "dccp", "tcp6", "tcp "} {
		if _, err := ParseProtocol(text); err == nil || !strings.Contains(err.Error(), `"`+text+`"`) {
			t.Errorf("%q: error %v does not name it", text, err)
		}
	}
}
