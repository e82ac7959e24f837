package settings

import (
	"math/big"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v4"
)

// scalarKind is what YAML 1.1 takes a scalar for.
type scalarKind uint8

const (
	stringScalar scalarKind = iota
	nullScalar
	boolScalar
	intScalar
	floatScalar
	otherScalar // a tag that PyYAML's safe loader refuses, or a date
)

// grammar is how YAML 1.1 tells scalars apart: the regular expressions of PyYAML's resolver (lib/yaml/resolver.py), which
// differ from the specification's in one thing: an exponent needs its sign. They are compiled when a file is read, as
// most runs read none.
type grammar struct {
	null, yes, no, integer, float, date *regexp.Regexp
}

func newGrammar() *grammar {
	return &grammar{
		null:    regexp.MustCompile(`^(~|null|Null|NULL|)$`),
		yes:     regexp.MustCompile(`^(yes|Yes|YES|true|True|TRUE|on|On|ON)$`),
		no:      regexp.MustCompile(`^(no|No|NO|false|False|FALSE|off|Off|OFF)$`),
		integer: regexp.MustCompile(`^([-+]?0b[01_]+|[-+]?0[0-7_]+|[-+]?(0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+|[-+]?[1-9][0-9_]*(:[0-5]?[0-9])+)$`),
		float:   regexp.MustCompile(`^([-+]?[0-9][0-9_]*\.[0-9_]*([eE][-+][0-9]+)?|\.[0-9][0-9_]*([eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))$`),
		date:    regexp.MustCompile(`^\d{4}-\d\d?-\d\d?([Tt \t].*)?$`),
	}
}

// kind resolves a scalar node as PyYAML's safe loader does. The YAML library's own resolution is of no use here: it reads
// YAML 1.2, where 22:22 is text.
func (g *grammar) kind(n *yaml.Node) scalarKind {
	if n.Style&yaml.TaggedStyle != 0 {
		return g.tagged(n)
	}
	if n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		return stringScalar
	}
	switch v := n.Value; {
	case g.null.MatchString(v):
		return nullScalar
	case g.yes.MatchString(v), g.no.MatchString(v):
		return boolScalar
	case g.integer.MatchString(v):
		return intScalar
	case g.float.MatchString(v):
		return floatScalar
	case g.date.MatchString(v):
		return otherScalar
	}
	return stringScalar
}

func (g *grammar) tagged(n *yaml.Node) scalarKind {
	switch n.ShortTag() {
	case "!!str", "!":
		return stringScalar
	case "!!int":
		if g.integer.MatchString(n.Value) {
			return intScalar
		}
	case "!!bool":
		if g.yes.MatchString(n.Value) || g.no.MatchString(n.Value) {
			return boolScalar
		}
	case "!!null":
		return nullScalar
	case "!!float":
		if g.integer.MatchString(n.Value) || g.float.MatchString(n.Value) {
			return floatScalar
		}
	}
	return otherScalar
}

// parseYAMLInt is the number that YAML 1.1 takes the text of an integer for: 0120 is octal, 22:22 is 22 × 60 + 22. It is
// false for what matches the grammar and has no digits ("0x_"), over which PyYAML falls.
func parseYAMLInt(s string) (*big.Int, bool) {
	s = strings.ReplaceAll(s, "_", "")
	sign := ""
	if strings.HasPrefix(s, "-") || strings.HasPrefix(s, "+") {
		sign, s = strings.TrimPrefix(s[:1], "+"), s[1:]
	}
	switch {
	case strings.Contains(s, ":"):
		total := new(big.Int)
		for part := range strings.SplitSeq(s, ":") {
			n, ok := new(big.Int).SetString(part, 10)
			if !ok {
				return nil, false
			}
			total.Mul(total, big.NewInt(60)).Add(total, n)
		}
		if sign == "-" {
			total.Neg(total)
		}
		return total, true
	case strings.HasPrefix(s, "0b"):
		return new(big.Int).SetString(sign+s[2:], 2)
	case strings.HasPrefix(s, "0x"):
		return new(big.Int).SetString(sign+s[2:], 16)
	case len(s) > 1 && s[0] == '0':
		return new(big.Int).SetString(sign+s, 8)
	}
	return new(big.Int).SetString(sign+s, 10)
}

// parseYAMLFloat is the whole number that a float stands for; false for a fraction, an infinity or no number, which
// pydantic refuses for an integer.
func parseYAMLFloat(s string) (*big.Int, bool) {
	if strings.Contains(s, ":") {
		return nil, false // sixty to the something with a fraction: nobody writes a port so, and it is refused
	}
	f, _, err := big.ParseFloat(strings.ReplaceAll(s, "_", ""), 10, 128, big.ToNearestEven)
	if err != nil || !f.IsInt() || f.MantExp(nil) > 64 {
		return nil, false
	}
	n, _ := f.Int(nil)
	return n, true
}
