package docs

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The goals for a page: words in a sentence, and in all but its longest tenth.
const median, ninthDecile = 12, 22

// others are the pages outside this folder that people read as prose.
var others = []string{"../README.md", "../CHANGELOG.md", "../CONTRIBUTING.md", "../SECURITY.md", "../ansible/README.md", "../lab/README.md"}

// english are the pages that are measured. commands.md is what --help prints, which has a test of its own.
func english(t *testing.T) []string {
	t.Helper()
	pages, err := filepath.Glob("*.md")
	if err != nil || len(pages) < 20 {
		t.Fatalf("%d pages: %v", len(pages), err)
	}
	decisions, err := filepath.Glob("adr/*.md")
	if err != nil || len(decisions) < 7 {
		t.Fatalf("%d decisions: %v", len(decisions), err)
	}
	pages = append(pages, decisions...)
	pages = slices.DeleteFunc(pages, func(p string) bool { return strings.HasSuffix(p, ".zh.md") || p == "commands.md" })
	return append(pages, others...)
}

// banned are words of safeport's own, each with what the field writes instead. internal/message has the list for messages.
var banned = map[string]string{
	`\b(can(not)?|could(n't)? |may) be had\b|\bcan have (its|the) ports?\b`: "available, not available",
	`\b(is|are|was|be|been) taken by\b|\b(is|are) taken\b|\bheld by\b`:      "in use by",
	`\b(no|some|any)body\b|\bwhoever\b`:                                     "the process, the user, or the passive",
	`\b(is|are|was|be) told\b|\btold (of|what|for|by)\b`:                    "reported, shown",
	`\bstands\b|\bstand (at|by|for|in|under)\b`:                             "is, is in",
	`\bof which\b|\bof whom\b`:                                              "a sentence of its own",
	`\bwant(s|ed)?\b`:                                                       "require, need, use",
	`\brelease \d\b`:                                                        "revision",
	`\bserves\b`:                                                            "is running, is healthy",
	`\bundone\b|\bundoes\b`:                                                 "rolled back",
	`\b(set|put) aside\b`:                                                   "keep, move",
	`\bput back\b|\bthe way back\b`:                                         "restore; rollback",
	`\bwas said\b|\bis said\b`:                                              "specify, report",
	`\bbinders?\b|\bvantage\b|\bleaving\b`:                                  "the program; environment; stop using safeport",
	`\bagain and again\b`:                                                   "repeatedly",
	`\bis no such case\b`:                                                   "does not count",
}

// bannedInChinese are the same for the Chinese pages.
var bannedInChinese = map[string]string{
	"截走|截下|转走": "重定向；拦截", "挡住": "拦截；占用", "绑定者": "监听程序；服务", "全貌图": "分布图", "真相": "实际结果",
	"放回": "恢复", "撤销": "回滚", `第 \d+ 版(?:[^协]|$)`: "修订版本 N", "怎样离开|、离开": "停止使用 safeport", "别人|没有人|有人(?:占用|想)": "其他程序；其他用户",
	"要求了两次|得到它的端口": "都要使用；可用", "不断重新启动": "反复重启", "放在一旁": "保留", "询问到": "查询",
}

var (
	span  = regexp.MustCompile("(?s)`[^`]+`")
	link  = regexp.MustCompile(`!?\[([^\]]*)\]\([^)]*\)`)
	label = regexp.MustCompile(`^\*+[^*]+[.,:]\*+`) // "**Error.**", "*What to do.*"
	item  = regexp.MustCompile(`^(- |\d+\. )`)
	block = regexp.MustCompile("(?ms)^```.*?^```")
	end   = regexp.MustCompile(`[.!?]['")*]*\s+`)
)

// paragraphs are the paragraphs and list items of a page, without its headings, tables and blocks of code.
func paragraphs(page string) []string {
	var list []string
	var open, fenced bool
	for line := range strings.SplitSeq(page, "\n") {
		fence := strings.HasPrefix(line, "```")
		if fence {
			fenced = !fenced
		}
		switch {
		case fence, fenced, strings.TrimSpace(line) == "", strings.HasPrefix(line, "#"), strings.HasPrefix(line, "|"),
			strings.HasPrefix(line, "<!--"), strings.HasPrefix(line, "    "):
			open = false
		case open && !item.MatchString(line):
			list[len(list)-1] += " " + strings.TrimSpace(line)
		default:
			list, open = append(list, item.ReplaceAllString(line, "")), true
		}
	}
	return list
}

// labels are the headings and the rows of tables: they are held to the words, but are no sentences.
func labels(page string) []string {
	return regexp.MustCompile(`(?m)^(#|\|).*$`).FindAllString(block.ReplaceAllString(page, ""), -1)
}

// sentences are those of a paragraph, each with code in it as one word. What has fewer than three words is a label.
func sentences(paragraph string) []string {
	text := span.ReplaceAllString(paragraph, "`code`")
	text = label.ReplaceAllString(link.ReplaceAllString(text, "$1"), "")
	var list []string
	for _, s := range end.Split(text+" ", -1) {
		if s = strings.TrimSpace(s); len(strings.Fields(s)) > 2 {
			list = append(list, s)
		}
	}
	return list
}

func TestProse(t *testing.T) {
	for _, page := range english(t) {
		t.Run(page, func(t *testing.T) {
			text, err := os.ReadFile(page)
			if err != nil {
				t.Fatal(err)
			}
			var lengths []int
			for _, p := range append(paragraphs(string(text)), labels(string(text))...) {
				for pattern, instead := range banned {
					if found := regexp.MustCompile("(?i)" + pattern).FindString(span.ReplaceAllString(p, "`code`")); found != "" {
						t.Errorf("%q in %q: write %s", found, p, instead)
					}
				}
			}
			for _, p := range paragraphs(string(text)) {
				for _, s := range sentences(p) {
					n := len(strings.Fields(s))
					lengths = append(lengths, n)
					if n > 30 {
						t.Logf("%d words: %s", n, s)
					}
				}
			}
			if len(lengths) == 0 {
				t.Fatal("no sentences")
			}
			slices.Sort(lengths)
			half, ninth := lengths[len(lengths)/2], lengths[len(lengths)*9/10]
			t.Logf("%d sentences: median %d words, ninth decile %d, longest %d", len(lengths), half, ninth, lengths[len(lengths)-1])
			if half > median || ninth > ninthDecile {
				t.Errorf("a sentence has %d words (median), and one in ten over %d; at most %d and %d", half, ninth, median, ninthDecile)
			}
		})
	}
}

func TestChineseProse(t *testing.T) {
	files, err := filepath.Glob("*.zh.md")
	if err != nil || len(files) < 10 {
		t.Fatalf("%d Chinese pages: %v", len(files), err)
	}
	for _, file := range append(files, "../README.zh-CN.md") {
		if file == "commands.zh.md" {
			continue // what --help prints
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range append(paragraphs(string(text)), labels(string(text))...) {
			for pattern, instead := range bannedInChinese {
				if found := regexp.MustCompile(pattern).FindString(p); found != "" {
					t.Errorf("%s: %q in %q: write %s", file, found, p, instead)
				}
			}
		}
	}
}

// What is measured is the prose, and all of it.
func TestSentences(t *testing.T) {
	const page = "# Title of it\n\n**Error.** The port is\nin use. Run `safeport who 80` now.\n\n- one item of it\n- a [second item](x.md), e. g.\n\n" +
		"| a | table of it |\n\n    some code of it\n\n```sh\nmore code of it\n```\nIs it 1.5 s? Yes, it is.\n"
	want := []string{"The port is in use", "Run `code` now", "one item of it", "a second item, e", "Is it 1.5 s", "Yes, it is"}
	var got []string
	for _, p := range paragraphs(page) {
		got = append(got, sentences(p)...)
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
