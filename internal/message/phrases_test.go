package message

import (
	"go/ast"
	"go/token"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// speakers are the functions whose first text is a phrase: what they are called, and the packages or receivers whose
// functions of that name are something else.
var speakers = map[string][]string{
	"Say": nil, "say": nil, "usagef": nil, "dead": nil, "because": nil, "errorf": nil,
	"Errorf": {"fmt", "t", "b"}, "Sprintf": {"fmt"}, "Translate": nil, "count": nil,
}

// phrases are the English phrases of the module's source, with a file that says each.
func phrases(t *testing.T) map[string]string {
	t.Helper()
	constants, said := map[string]string{}, map[string]string{}
	files := slices.DeleteFunc(sources(t, "../.."), func(s source) bool {
		return strings.HasPrefix(s.path, "../../lab") || strings.HasPrefix(s.path, "../../bench")
	})
	for _, file := range files {
		ast.Inspect(file.ast, func(n ast.Node) bool {
			if spec, ok := n.(*ast.ValueSpec); ok {
				for i, name := range spec.Names {
					if i < len(spec.Values) {
						if text, ok := literal(spec.Values[i], nil); ok {
							constants[name.Name] = text
						}
					}
				}
			}
			return true
		})
	}
	for _, file := range files {
		ast.Inspect(file.ast, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || !speaks(call.Fun) {
				return true
			}
			for _, arg := range call.Args {
				if text, ok := literal(arg, constants); ok {
					said[text] = file.path
					if !speaksOfNumbers(call.Fun) {
						break
					}
				}
			}
			return true
		})
	}
	if len(said) == 0 {
		t.Fatal("no phrases in the source")
	}
	return said
}

func speaks(function ast.Expr) bool {
	name, of := "", ""
	switch f := function.(type) {
	case *ast.Ident:
		name = f.Name
	case *ast.SelectorExpr:
		name = f.Sel.Name
		if x, ok := f.X.(*ast.Ident); ok {
			of = x.Name
		}
	}
	others, ok := speakers[name]
	return ok && !slices.Contains(others, of)
}

// speaksOfNumbers says whether a function has a phrase for one thing and another for many.
func speaksOfNumbers(function ast.Expr) bool {
	f, ok := function.(*ast.Ident)
	return ok && f.Name == "count"
}

// literal is the text of a literal, of several with plus signs between them, or of a constant.
func literal(e ast.Expr, constants map[string]string) (string, bool) {
	switch x := e.(type) {
	case *ast.BasicLit:
		if x.Kind != token.STRING {
			return "", false
		}
		s, err := strconv.Unquote(x.Value)
		return s, err == nil
	case *ast.BinaryExpr:
		left, ok := literal(x.X, constants)
		right, also := literal(x.Y, constants)
		return left + right, ok && also && x.Op == token.ADD
	case *ast.Ident:
		s, ok := constants[x.Name]
		return s, ok
	}
	return "", false
}

var verbs = regexp.MustCompile(`%[-+# 0]*(\[(\d+)\])?[\d.*]*([a-zA-Z%])`)

// worded says whether there is anything to translate beside verbs and signs.
func worded(format string) bool {
	return regexp.MustCompile(`[A-Za-z]{2}`).MatchString(verbs.ReplaceAllString(format, ""))
}

func TestEveryPhraseIsSaidInChinese(t *testing.T) {
	known, said, written := map[string]bool{}, phrases(t), map[string]string{}
	for _, file := range sources(t, "../..") {
		ast.Inspect(file.ast, func(n ast.Node) bool {
			if e, ok := n.(ast.Expr); ok {
				text, _ := literal(e, nil)
				known[text] = known[text] || !strings.Contains(file.path, "chinese")
			}
			return true
		})
	}
	for _, topic := range chinesePhrases {
		for english, chinese := range topic {
			if other := written[english]; other != "" && other != chinese {
				t.Errorf("%q has two translations: %q and %q", english, other, chinese)
			}
			written[english] = chinese
			if a, b := verbsOf(english), verbsOf(chinese); !slices.Equal(a, b) {
				t.Errorf("%q has the verbs %v, its Chinese %q has %v", english, a, chinese, b)
			}
			leftEnglish(t, english, chinese)
		}
	}
	for english := range written {
		if !known[english] {
			t.Errorf("nobody says %q", english)
		}
	}
	for phrase, file := range said {
		if worded(phrase) && written[phrase] == "" {
			t.Errorf("%s: no Chinese for\n%q", file, phrase)
		}
	}
}

// verbsOf are the verbs of a format in the order of their values.
func verbsOf(format string) []string {
	var list []string
	next := 1
	for _, m := range verbs.FindAllStringSubmatch(format, -1) {
		if m[3] == "%" {
			continue
		}
		if m[2] != "" {
			next, _ = strconv.Atoi(m[2])
		}
		verb := m[3]
		if verb == "w" {
			verb = "v"
		}
		list = append(list, strconv.Itoa(next)+verb)
		next++
	}
	slices.Sort(list)
	return list
}

func TestEveryKeyIsSaidInChinese(t *testing.T) {
	known := map[Key]bool{}
	for name, key := range keys(t) {
		known[key] = true
		other := chinese[key]
		if other == "" {
			t.Errorf("no Chinese for %s (%q)", name, key)
			continue
		}
		if a, b := places(string(key)), places(other); !slices.Equal(a, b) {
			t.Errorf("%s has the places %v, and in Chinese %v", name, a, b)
		}
		leftEnglish(t, name, regexp.MustCompile(`\{[a-z_]+\}`).ReplaceAllString(other, ""))
	}
	for key := range chinese {
		if !known[key] {
			t.Errorf("%q is said in Chinese alone", key)
		}
	}
}

func places(sentence string) []string {
	return slices.Sorted(slices.Values(regexp.MustCompile(`\{[a-z_]+\}`).FindAllString(sentence, -1)))
}

// leftEnglish complains of a translation that is English. Words in Latin letters are names of things, which Chinese has
// too; three in a row are a sentence that was forgotten, as is one word without any Chinese beside it.
func leftEnglish(t *testing.T, what, chinese string) {
	t.Helper()
	text := regexp.MustCompile("(?s)\"[^\"]*\"|\n {2,}[^\n]*|(safeport|docker) [a-z]+ [a-z]+").ReplaceAllString(verbs.ReplaceAllString(chinese, ""), "") // commands
	if regexp.MustCompile(`[a-z]{2}`).MatchString(text) && !regexp.MustCompile(`\p{Han}|[（：，；]`).MatchString(chinese) {
		t.Errorf("%s: %q is not Chinese", what, chinese)
	}
	if m := regexp.MustCompile(`\b[a-z]{2,} [a-z]{2,} [a-z]{2,}\b`).FindString(text); m != "" {
		t.Errorf("%s: %q is left in English", what, m)
	}
}
