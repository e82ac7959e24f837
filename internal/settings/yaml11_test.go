package settings

import (
	"testing"

	"go.yaml.in/yaml/v4"

	"github.com/safeport/safeport/internal/port"
)

// TestYAMLPort holds what GPUStack makes of a port in its configuration file: tried with PyYAML 6 and pydantic 2. An
// empty want is a value that is refused there or is no port.
func TestYAMLPort(t *testing.T) {
	tests := []struct {
		name, text, want string
		odd              bool
	}{
		{"plain", "8080", "8080", false},
		{"quoted", `"8080"`, "8080", false},
		{"quoted with a zero", `"080"`, "80", true},
		{"octal", "0120", "80", true},
		{"no octal, so text", "080", "80", true},
		{"octal of YAML 1.2 is text", "0o120", "", false},
		{"sixty", "22:22", "1342", true},
		{"sixty twice", "1:0:0", "3600", true},
		{"hexadecimal", "0x50", "80", true},
		{"hexadecimal as text", `"0x50"`, "", false},
		{"binary", "0b1010000", "80", true},
		{"underscore", "8_080", "8080", true},
		{"plus", "+80", "80", true},
		{"float", "80.0", "80", true},
		{"float as text", `"80.0"`, "80", true},
		{"float with an exponent", "8.0e+1", "80", true},
		{"exponent without its sign is text", "8.0e1", "", false},
		{"fraction", "80.5", "", false},
		{"infinity", ".inf", "", false},
		{"no number", ".nan", "", false},
		{"sixty with a fraction", "22:22.0", "", false},
		{"yes", "yes", "1", true},
		{"on", "on", "1", true},
		{"yes as text", `"yes"`, "", false},
		{"no", "no", "", false},
		{"null", "null", "", false},
		{"tilde", "~", "", false},
		{"date", "2001-12-14", "", false},
		{"tagged integer", `!!int "0x50"`, "80", true},
		{"tagged text", "!!str 80", "80", false},
		{"tagged float", "!!float 80", "80", false},
		{"tagged otherwise", "!port 80", "", false},
		{"negative", "-80", "", false},
		{"spaces", `" 80 "`, "80", true},
		{"underscores as text", `"8_0"`, "80", true},
		{"two underscores as text", `"8__0"`, "", false},
		{"block text", "|-\n  80", "80", false},
		{"no digits", "0x_", "", false},
	}
	s := Setting{Name: "port", Key: "port", Type: Port}
	g := newGrammar()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var doc yaml.Node
			if err := yaml.Unmarshal([]byte("port: "+tt.text+"\n"), &doc); err != nil {
				t.Fatal(err)
			}
			got, notes, err := s.parseNode(doc.Content[0].Content[1], g, port.Origin{})
			if tt.want == "" {
				if err == nil {
					t.Fatalf("%s is read as %s, want an error", tt.text, got)
				}
				return
			}
			if err != nil || got != tt.want || (len(notes) > 0) != tt.odd {
				t.Errorf("%s is read as %q, notes %v, error %v; want %s, odd %v", tt.text, got, notes, err, tt.want, tt.odd)
			}
		})
	}
}

// FuzzYAMLInt holds that every text that matches the grammar of integers is read without a fall, and that plain decimals
// mean what they look like.
func FuzzYAMLInt(f *testing.F) {
	for _, s := range []string{"80", "0120", "22:22", "0x50", "0b11", "-1_0", "+0", "0_", "0x_", "1:00:00"} {
		f.Add(s)
	}
	g := newGrammar()
	f.Fuzz(func(t *testing.T, s string) {
		if !g.integer.MatchString(s) {
			return
		}
		n, ok := parseYAMLInt(s)
		if ok && isPlain(s) && n.String() != s {
			t.Fatalf("%q is read as %s", s, n)
		}
		if ok && n == nil {
			t.Fatalf("%q is read as nothing", s)
		}
	})
}

func FuzzPythonInt(f *testing.F) {
	for _, s := range []string{"80", " 80\n", "+8_0", "--8", "_8", "0x50", "\u0668"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if n, ok := pythonInt(s); ok && isPlain(s) && n.String() != s {
			t.Fatalf("%q is read as %s", s, n)
		}
	})
}

// FuzzConfig holds that no file makes the reader fall or hang.
func FuzzConfig(f *testing.F) {
	f.Add([]byte("port: 80\n"))
	f.Add([]byte("<<: *x\n"))
	f.Add([]byte("a: &a [*a]\n"))
	f.Add([]byte("? [a]\n: b\n"))
	s := Setting{Name: "port", Key: "port", Type: Port}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := newConfig("config.yaml", data)
		if err != nil {
			return
		}
		c.oddKeys([]Setting{s}, nil)
		if n := c.values["port"]; n != nil {
			if text, _, err := s.parseNode(n, c.grammar, port.Origin{}); err == nil && s.Check(text) != nil {
				t.Fatalf("port %q was read", text)
			}
		}
	})
}
