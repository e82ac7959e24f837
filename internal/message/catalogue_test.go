package message

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// keys reads the constants of type Key from this package's source: name → sentence.
func keys(t *testing.T) map[string]Key {
	t.Helper()
	found := map[string]Key{}
	for _, file := range sources(t, ".") {
		for _, declaration := range file.ast.Decls {
			general, ok := declaration.(*ast.GenDecl)
			if !ok || general.Tok != token.CONST {
				continue
			}
			for _, spec := range general.Specs {
				value := spec.(*ast.ValueSpec)
				if typ, ok := value.Type.(*ast.Ident); !ok || typ.Name != "Key" {
					continue
				}
				for i, name := range value.Names {
					text, err := strconv.Unquote(value.Values[i].(*ast.BasicLit).Value)
					if err != nil {
						t.Fatal(err)
					}
					found[name.Name] = Key(text)
				}
			}
		}
	}
	if len(found) == 0 {
		t.Fatal("no keys in the source")
	}
	return found
}

// source is a file of the module.
type source struct {
	path string
	ast  *ast.File
}

// sources parses the Go files of a directory and those below it, without tests.
func sources(t *testing.T, root string) []source {
	t.Helper()
	var files []source
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		files = append(files, source{path, file})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// Two keys with one sentence are one key.
func TestEverySentenceHasOneKey(t *testing.T) {
	known := slices.Sorted(maps.Values(keys(t)))
	if unique := slices.Compact(slices.Clone(known)); len(unique) != len(known) {
		t.Errorf("two keys are the same among %v", known)
	}
}

// TestEverySentenceIsSaid looks through the whole module for who uses each key.
func TestEverySentenceIsSaid(t *testing.T) {
	used := map[string]bool{}
	for _, file := range sources(t, "../..") {
		ast.Inspect(file.ast, func(n ast.Node) bool {
			if selector, ok := n.(*ast.SelectorExpr); ok {
				if p, ok := selector.X.(*ast.Ident); ok && p.Name == "message" {
					used[selector.Sel.Name] = true
				}
			}
			return true
		})
	}
	for name, key := range keys(t) {
		if !used[name] {
			t.Errorf("nobody says %s (%q)", name, key)
		}
	}
}

func TestSentencesReadAsTheyShould(t *testing.T) {
	place := regexp.MustCompile(`^[a-z_]+$`)
	for name, key := range keys(t) {
		sentence := string(key)
		if sentence == "" || strings.TrimSpace(sentence) != sentence {
			t.Errorf("%s: %q is empty or has space around it", name, sentence)
		}
		if strings.HasSuffix(sentence, ".") || strings.Contains(sentence, "\n") {
			t.Errorf("%s: %q ends with a full stop or has more than one line", name, sentence)
		}
		for _, part := range strings.Split(sentence, "{")[1:] {
			if name, _, closed := strings.Cut(part, "}"); !closed || !place.MatchString(name) {
				t.Errorf("%s: a place in %q is not named like {port}", name, sentence)
			}
		}
	}
}

func TestTextFillsThePlaces(t *testing.T) {
	tests := []struct {
		name string
		key  Key
		args Args
		want string
	}{
		{"both places", InUse, Args{"port": "80/tcp", "holder": "nginx"}, "Port 80/tcp is already in use by nginx"},
		{"a value that looks like a place", InUse, Args{"port": "{holder}", "holder": "nginx"}, "Port {holder} is already in use by nginx"},
		{"a value that is left out stays to be seen", InUse, Args{"port": "80/tcp"}, "Port 80/tcp is already in use by {holder}"},
		{"a value too many", InUse, Args{"port": "80/tcp", "holder": "nginx", "other": "x"}, "Port 80/tcp is already in use by nginx"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := English.Text(tt.key, tt.args); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
