package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Every page is there in both languages and says the same in them, as far as that can be seen without knowing either: what was
// changed on one page has to be changed on the other.
func TestTwins(t *testing.T) {
	pages, err := read("../..")
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]bool{}
	for _, p := range pages {
		files[p.Source] = true
	}
	for _, p := range pages {
		if p.Lang != "en" {
			if !files[inEnglish(p.Source)] {
				t.Errorf("%s is the translation of a page that is not there", p.Source)
			}
			continue
		}
		twin := inChinese(p.Source)
		if !files[twin] {
			t.Errorf("%s has no twin %s", p.Source, twin)
			continue
		}
		if p.Source == "docs/commands.md" {
			continue // both are what --help prints, which has tests of its own
		}
		for _, d := range differences(p.Source, twin, source(t, p.Source), source(t, twin)) {
			t.Error(d)
		}
		for _, d := range strays(twin, source(t, twin), files) {
			t.Error(d)
		}
	}
}

func source(t *testing.T, file string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("../..", file))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// Each way in which a translation falls behind is told, with its place.
func TestTwinsThatDiffer(t *testing.T) {
	const (
		switching = "# A\n\n[中文](a.zh.md)\n\n"
		chinese   = "# 甲\n\n[English](a.md)\n\n"
	)
	for name, c := range map[string]struct{ en, zh, want string }{
		"same":              {"See `--yes` in `docs/a.md`, 1.5 s.\n", "见 `docs/a.zh.md` 中的 `--yes`，1.5 s。\n", ""},
		"a word in Chinese": {"Marked `ignored`.\n", "标明 `已忽略`。\n", ""},
		"a flag":            {"One.\n\nSee `--yes`.\n", "一。\n\n见 `--no`。\n", `a.md:7 and a.zh.md:7: code: only in English ["--yes"], only in Chinese ["--no"]`},
		"a flag less often": {"`-o`, or `-o`.\n", "`-o`。\n", `a.md:5 and a.zh.md:5: code: only in English ["-o"], only in Chinese []`},
		"a figure":          {"In 1.2 s.\n", "用 1.3 s。\n", `a.md:5 and a.zh.md:5: figures: only in English ["1.2"], only in Chinese ["1.3"]`},
		"a link":            {"[b](b.md)\n", "[c](c.md)\n", `a.md:5 and a.zh.md:5: links: only in English ["b.md"], only in Chinese ["c.md"]`},
		"a heading":         {"## B\n", "### 乙\n", "a.md:5 and a.zh.md:5: a heading of level 2 in English, a heading of level 3 in Chinese"},
		"a title":           {"## b\n", "## c\n", `a.md:5 and a.zh.md:5: line 1 is "b" in English and "c" in Chinese`},
		"a section":         {"## B\n\n## C\n", "## 乙\n", "a.md has 3 headings, and a.zh.md has 2"},
		"a paragraph":       {"One.\n\nTwo.\n", "一。\n", "a.md:7 and a.zh.md:5: the paragraph is missing in Chinese"},
		"a row":             {"| a |\n|---|\n| 1 |\n", "| 甲 |\n|---|\n| 1 |\n| 2 |\n", "a.md:7 and a.zh.md:8: the row of a table is missing in English"},
		"a remark":          {"    ls  # files\n", "    ls # 文件\n", ""},
		"a command":         {"    ls -a\n", "    ls -l\n", `a.md:5 and a.zh.md:5: line 1 is "ls -a" in English and "ls -l" in Chinese`},
		"an answer":         {"    port 80 is free\n", "    端口 81 空闲\n", `a.md:5 and a.zh.md:5: line 1 is "port 80 is free" in English and "端口 81 空闲" in Chinese`},
	} {
		t.Run(name, func(t *testing.T) {
			got := strings.Join(differences("a.md", "a.zh.md", []byte(switching+c.en), []byte(chinese+c.zh)), "\n")
			if got != c.want {
				t.Errorf("told: %s\nwant: %s", got, c.want)
			}
		})
	}
	want := []string{"docs/a.zh.md:3: the first link is to docs/b.md, and not to docs/a.md", "docs/a.zh.md:5: docs/b.md is English, and there is docs/b.zh.md"}
	got := strays("docs/a.zh.md", []byte("# 甲\n\n[English](b.md)\n\n见 `docs/b.md`。\n"), map[string]bool{"docs/b.zh.md": true})
	if !slices.Equal(got, want) {
		t.Errorf("told: %q\nwant: %q", got, want)
	}
}
