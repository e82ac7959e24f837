package main

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// differences are what a page and its translation do not have in common, each in a line with the place on both.
func differences(en, zh string, english, chinese []byte) []string {
	var list []string
	there, here := sections(outline(english)), sections(outline(chinese))
	tell := func(a, b block, format string, args ...any) {
		list = append(list, fmt.Sprintf("%s:%d and %s:%d: ", en, a.line, zh, b.line)+fmt.Sprintf(format, args...))
	}
	for i := range min(len(there), len(here)) {
		a, b := there[i], here[i]
		if a[0].kind != b[0].kind {
			tell(a[0], b[0], "a %s in English, a %s in Chinese", a[0].kind, b[0].kind)
			return list // what follows would be compared with something else
		}
		for j := range max(len(a), len(b)) {
			switch {
			case j >= len(b):
				tell(a[j], b[j-1], "the %s is missing in Chinese", a[j].kind)
			case j >= len(a):
				tell(a[j-1], b[j], "the %s is missing in English", b[j].kind)
			case a[j].kind != b[j].kind:
				tell(a[j], b[j], "a %s in English, a %s in Chinese", a[j].kind, b[j].kind)
			default:
				for _, d := range compare(a[j], b[j]) {
					tell(a[j], b[j], "%s", d)
				}
				continue
			}
			break
		}
	}
	if len(there) != len(here) {
		list = append(list, fmt.Sprintf("%s has %d headings, and %s has %d", en, len(there), zh, len(here)))
	}
	return list
}

// compare tells in what two blocks of a kind differ.
func compare(en, zh block) []string {
	var list []string
	for _, of := range []struct {
		what   string
		en, zh []string
	}{
		{"code", en.words, inEnglishAll(zh.words)},
		{"figures", en.figures, zh.figures},
		{"links", inEnglishAll(en.links), inEnglishAll(zh.links)},
	} {
		more, less := missing(of.en, of.zh), missing(of.zh, of.en)
		translated := slices.DeleteFunc(slices.Clone(less), func(s string) bool { return !han(s) })
		if len(more) == len(less) && len(translated) == len(less) {
			continue
		}
		list = append(list, fmt.Sprintf("%s: only in English %q, only in Chinese %q", of.what, more, less))
	}
	if len(en.lines) != len(zh.lines) {
		return append(list, fmt.Sprintf("%d lines of code in English, %d in Chinese", len(en.lines), len(zh.lines)))
	}
	for i := range en.lines {
		if a, b := bare(en.lines[i]), bare(zh.lines[i]); !sameLine(a, b) {
			list = append(list, fmt.Sprintf("line %d is %q in English and %q in Chinese", i+1, a, b))
		}
	}
	return list
}

// remark is what stands behind a command, for a reader.
var remark = regexp.MustCompile(`(^|\s+)# .*`)

// bare is a line of code without what a translation may change: remarks, the width of columns, and the flag that asks for
// Chinese.
func bare(line string) string {
	line = strings.ReplaceAll(remark.ReplaceAllString(line, ""), " --lang zh", "")
	return strings.Join(strings.Fields(line), " ")
}

// sameLine compares lines of code: one that is not in Chinese has to be the English one, and the other to have its figures.
func sameLine(en, zh string) bool {
	if !han(zh) {
		wrapped := strings.HasPrefix(zh, "[") && strings.HasSuffix(en, zh) // a finding's code for which its line had no room
		return en == zh || wrapped
	}
	a, b := figure.FindAllString(en, -1), figure.FindAllString(zh, -1)
	return missing(a, b) == nil && missing(b, a) == nil
}

// han says whether somebody has put a text into Chinese.
func han(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) })
}

func inChinese(file string) string {
	if rest, ok := strings.CutPrefix(file, "README"); ok {
		return "README.zh-CN" + rest
	}
	return strings.TrimSuffix(file, ".md") + ".zh.md"
}

func inEnglishAll(files []string) []string {
	list := slices.Clone(files)
	for i, f := range list {
		list[i] = inEnglish(f)
	}
	return list
}

// strays are the places where a Chinese page sends its reader to an English one that has a twin. The page's first link is the
// way to the other language.
func strays(file string, chinese []byte, files map[string]bool) []string {
	var list []string
	first := true
	for _, b := range outline(chinese) {
		for _, link := range b.links {
			to, _, _ := strings.Cut(path.Join(path.Dir(file), link), "#")
			if first {
				if to != inEnglish(file) {
					list = append(list, fmt.Sprintf("%s:%d: the first link is to %s, and not to %s", file, b.line, to, inEnglish(file)))
				}
				first = false
				continue
			}
			if files[inChinese(to)] {
				list = append(list, fmt.Sprintf("%s:%d: the link to %s leads to English", file, b.line, link))
			}
		}
		for _, word := range b.words {
			if files[inChinese(word)] {
				list = append(list, fmt.Sprintf("%s:%d: %s is English, and there is %s", file, b.line, word, inChinese(word)))
			}
		}
	}
	return list
}
