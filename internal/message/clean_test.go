package message

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestCleanWritesOutWhatATerminalWouldObey(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"plain", "nginx: master process", "nginx: master process"},
		{"other scripts", "数据库 Übung ±", "数据库 Übung ±"},
		{"nothing", "", ""},
		{"colour", "\x1b[31mred\x1b[0m", `\x1b[31mred\x1b[0m`},
		{"title of the window", "\x1b]0;owned\x07", `\x1b]0;owned\x07`},
		{"line feed and return", "a\nb\rc\td", `a\x0ab\x0dc\x09d`},
		{"backspace and delete", "rm\b\b\x7f", `rm\x08\x08\x7f`},
		{"NUL", "a\x00b", `a\x00b`},
		{"control characters beyond ASCII", "\u0085\u009b31m", `\u0085\u009b31m`},
		{"text that runs the other way", "a\u202etxt.exe\u2066b", `a\u202etxt.exe\u2066b`},
		{"what cannot be seen", "a\u200bb\ufeffc\u00add", `a\u200bb\ufeffc\u00add`},
		{"invalid UTF-8", "a\xffb\xc3", `a\xffb\xc3`},
		{"the replacement character itself", "a\uFFFDb", "a\uFFFDb"},
		{"line separator", "a\u2028b", `a\u2028b`},
		{"beyond the basic plane", "\U000E0041x", `\ue0041x`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Clean(tt.text); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestCleanCutsWhatIsTooLong(t *testing.T) {
	for name, text := range map[string]string{
		"a megabyte": strings.Repeat("x", 1<<20), "a megabyte of control characters": strings.Repeat("\x1b", 1<<20), "a megabyte of Chinese": strings.Repeat("数", 1<<20),
	} {
		t.Run(name, func(t *testing.T) {
			got := Clean(text)
			if len(got) > MaxText+len("…")+8 || !strings.HasSuffix(got, "…") || !utf8.ValidString(got) {
				t.Errorf("%d bytes, ending %q", len(got), got[max(0, len(got)-12):])
			}
		})
	}
	if exact := strings.Repeat("x", MaxText); Clean(exact) != exact {
		t.Error("a text that just fits is changed")
	}
}

func FuzzClean(f *testing.F) {
	for _, s := range []string{"plain", "\x1b[31m", "a\u202eb", "\xff", "\uFFFD"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := Clean(s)
		if !utf8.ValidString(got) || strings.ContainsFunc(got, func(r rune) bool { return !unicode.IsPrint(r) }) {
			t.Errorf("%q still is %q", s, got)
		}
		if again := Clean(got); len(got) <= MaxText && again != got {
			t.Errorf("%q cleaned again is %q", got, again)
		}
	})
}

func TestQuoteIsReadBackByAShell(t *testing.T) {
	for _, word := range []string{
		"gpustack", "", " ", "a b", "it's", "''", `"$HOME"`, "`id`", "$(id)", "a;b", "a&b", "a|b", ">x", "*", "?", "[ab]", "{a,b}", "~", "~root", "!x",
		"#comment", "-n", "a\\b", "a\nb", "tab\tx", "=x", "a=b", "x:y/z@1,2+3%4", "数据", "\x1b[0m", "%s", `\n`,
	} {
		t.Run(word, func(t *testing.T) {
			out, err := exec.Command("sh", "-c", "printf %s "+Quote(word)).Output()
			if err != nil {
				t.Fatal(err)
			}
			if string(out) != word {
				t.Errorf("%s is read as %q, want %q", Quote(word), out, word)
			}
		})
	}
}

func TestQuoteLeavesPlainWordsAlone(t *testing.T) {
	for _, word := range []string{"gpustack", "nginx.service", "unix:///run/docker.sock", "127.0.0.1:8080", "my_app-1"} {
		if got := Quote(word); got != word {
			t.Errorf("%s is quoted as %s", word, got)
		}
	}
}

func TestNoOperandIsAnOption(t *testing.T) {
	dir := t.TempDir()
	for _, names := range [][]string{{"web"}, {"-n"}, {"web", "--help"}, {"-e", "a b"}} {
		for _, name := range names {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(name+"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		cat := exec.Command("sh", "-c", "cat "+Operands(names...))
		cat.Dir = dir
		out, err := cat.CombinedOutput()
		if want := strings.Join(names, "\n") + "\n"; err != nil || string(out) != want {
			t.Errorf("cat %s: %q, %v; want %q", Operands(names...), out, err, want)
		}
	}
	if got := Operands("shop-web-1"); got != "shop-web-1" {
		t.Errorf("a plain name is %s", got)
	}
}
