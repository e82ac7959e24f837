package settings

import (
	"slices"
	"strings"

	"github.com/safeport/safeport/internal/message"
)

// Condition is a list of terms that all must hold; the empty one always does.
type Condition []Term

// Term compares one setting:
//
//	ssl-certfile                       it has a value
//	not database-url                   it has none
//	network = host                     it has this value
//	gateway-mode = auto | embedded     it has one of these
//	version >= 2.1.1                   as versions; also <, <=, >
type Term struct {
	Setting string
	Op      string // "set", "not", "=", "!=", "<", "<=", ">", ">="
	Values  []string
}

// ParseTerm reads one term of a condition.
func ParseTerm(s string) (Term, error) {
	words := strings.Fields(s)
	switch {
	case len(words) == 1 && words[0] != "not" && !strings.ContainsAny(words[0], "=<>!|"):
		return Term{Setting: words[0], Op: "set"}, nil
	case len(words) == 2 && words[0] == "not":
		return Term{Setting: words[1], Op: "not"}, nil
	case len(words) < 3:
		return Term{}, message.Errorf("condition %q must be NAME, not NAME, NAME = VALUE or NAME >= VERSION", s)
	}
	t := Term{Setting: words[0], Op: words[1]}
	switch t.Op {
	case "=", "!=":
		for v := range strings.SplitSeq(strings.Join(words[2:], " "), "|") {
			t.Values = append(t.Values, strings.TrimSpace(v))
		}
		return t, nil
	case "<", "<=", ">", ">=":
		if _, ok := parseVersion(words[2]); !ok || len(words) > 3 {
			return Term{}, message.Errorf("condition %q: %q is not a version", s, strings.Join(words[2:], " "))
		}
		t.Values = words[2:]
		return t, nil
	}
	return Term{}, message.Errorf("condition %q: %q is not one of =, !=, <, <=, >, >=", s, t.Op)
}

// Holds says whether all terms hold for the values.
func (c Condition) Holds(values Values) bool {
	for _, t := range c {
		if !t.holds(values[t.Setting]) {
			return false
		}
	}
	return true
}

func (t Term) holds(v Value) bool {
	switch t.Op {
	case "set":
		return v.Set()
	case "not":
		return !v.Set()
	case "=":
		return v.Applies && slices.Contains(t.Values, v.Text)
	case "!=":
		return !v.Applies || !slices.Contains(t.Values, v.Text)
	}
	order := CompareVersions(v.Text, t.Values[0])
	switch t.Op {
	case "<":
		return order < 0
	case "<=":
		return order <= 0
	case ">":
		return order > 0
	}
	return order >= 0
}

func (t Term) String() string {
	switch t.Op {
	case "set":
		return t.Setting
	case "not":
		return "not " + t.Setting
	}
	return t.Setting + " " + t.Op + " " + strings.Join(t.Values, " | ")
}
