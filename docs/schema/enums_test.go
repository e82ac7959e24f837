package schema

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"testing"
)

// Every constant of the report's types is a value that the schema allows, and the schema allows no other.
func TestEnumsMatch(t *testing.T) {
	report := load(t, "report.schema.json")
	inGo := constants(t, "../../report/report.go")
	for name, enum := range map[string][]string{
		"Situation":   report.Properties["situation"].Enum,
		"Verdict":     report.Properties["verdict"].Enum,
		"PortVerdict": report.Defs["port"].Properties["verdict"].Enum,
		"HolderKind":  report.Defs["holder"].Properties["kind"].Enum,
		"Severity":    report.Defs["finding"].Properties["severity"].Enum,
		"Code":        report.Defs["finding"].Properties["code"].Enum,
	} {
		want := inGo[name]
		if len(want) == 0 {
			t.Errorf("report/report.go has no constants of type %s", name)
		}
		slices.Sort(want)
		slices.Sort(enum)
		if !slices.Equal(want, enum) {
			t.Errorf("%s is %v in Go and %v in the schema", name, want, enum)
		}
	}
}

// constants are the values of a file's typed string constants, by type.
func constants(t *testing.T, file string) map[string][]string {
	t.Helper()
	tree, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	found := make(map[string][]string)
	ast.Inspect(tree, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || len(spec.Values) != 1 {
			return true
		}
		kind, named := spec.Type.(*ast.Ident)
		literal, isLiteral := spec.Values[0].(*ast.BasicLit)
		if named && isLiteral {
			value, err := strconv.Unquote(literal.Value)
			if err != nil {
				t.Fatal(err)
			}
			found[kind.Name] = append(found[kind.Name], value)
		}
		return true
	})
	return found
}
