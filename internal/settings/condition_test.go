package settings

import (
	"strings"
	"testing"
)

func TestTerm(t *testing.T) {
	values := Values{
		"cert":    {Text: "a.crt", Applies: true},
		"off":     {Text: "false", Applies: true},
		"empty":   {Applies: true},
		"apart":   {Text: "x", Applies: false},
		"mode":    {Text: "auto", Applies: true},
		"version": {Text: "v2.1.0", Applies: true},
	}
	tests := []struct {
		term string
		want bool
	}{
		{"cert", true}, {"off", false}, {"empty", false}, {"apart", false},
		{"not cert", false}, {"not off", true}, {"not empty", true}, {"not apart", true},
		{"mode = auto", true}, {"mode = embedded | auto", true}, {"mode = embedded", false}, {"apart = x", false},
		{"mode != auto", false}, {"mode != embedded", true}, {"apart != x", true},
		{"version >= 2.1.0", true}, {"version > 2.1.0", false}, {"version < 2.1.1", true}, {"version <= 2.0", false},
	}
	for _, tt := range tests {
		t.Run(tt.term, func(t *testing.T) {
			term, err := ParseTerm(tt.term)
			if err != nil {
				t.Fatal(err)
			}
			if got := term.holds(values[term.Setting]); got != tt.want {
				t.Errorf("holds: %v", got)
			}
			if term.String() != tt.term {
				t.Errorf("is written %q", term)
			}
		})
	}
}

func TestTermRefuses(t *testing.T) {
	for _, s := range []string{"", "not", "not a b", "a b", "a ~ b", "a>=1", "version >= latest", "version >= 2 3", "a ="} {
		t.Run(s, func(t *testing.T) {
			if term, err := ParseTerm(s); err == nil || strings.Contains(err.Error(), "\n") {
				t.Errorf("%q is read as %+v, error %v", s, term, err)
			}
		})
	}
}

func TestCompareVersions(t *testing.T) {
	tests := []struct {
		name, a, b string
		want       int
	}{
		{"equal", "v2.1.0", "v2.1.0", 0},
		{"with and without v", "2.1.0", "v2.1.0", 0},
		{"shorter", "2.1", "2.1.0", 0},
		{"numbers, not letters", "2.10.0", "2.9.0", 1},
		{"suffix", "v2.1.0-cpu", "v2.1.0", 0},
		{"release candidate has its release's ports", "v2.1.0rc1", "v2.1.0", 0},
		{"older", "v2.0.3", "v2.1", -1},
		{"no number is newest", "latest", "v99.0.0", 1},
		{"two without a number", "latest", "main", 0},
		{"number before a name", "v2.2.3", "latest-cuda12.8", -1},
		{"a number that is too big is none", "99999999999999999999", "v2", 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := CompareVersions(tt.a, tt.b); got != tt.want {
				t.Errorf("CompareVersions(%q, %q) = %d, want %d", tt.a, tt.b, got, tt.want)
			}
		})
	}
}

func TestNear(t *testing.T) {
	known := []string{"port", "tls_port", "api_port", "host", "data_dir", "gpustack"}
	tests := map[string]string{
		"prot": "port", "Port": "port", "ports": "port", "tls-port": "tls_port", "gpustak": "gpustack", "datadir": "data_dir",
		"abc": "", "x": "", "": "", "worker": "",
	}
	for word, want := range tests {
		t.Run(word, func(t *testing.T) {
			if got := Near(word, known); got != want {
				t.Errorf("Near(%q) = %q, want %q", word, got, want)
			}
		})
	}
}
