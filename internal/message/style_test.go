package message

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// banned are words of safeport's own where the field has others, each with what to write instead.
var banned = map[string]string{
	`can(not)? be had|can have (its|the) ports?`:    "available, not available",
	`\btaken by\b|\b(is|are) taken\b($|[^ ]| [^o])`: "in use",
	`\bheld by\b`:                              "in use by",
	`\bwanted\b`:                               "required",
	`\bnobody\b|\bsomebody\b|\bwhoever\b`:      "the process, the user, or the passive",
	`\bstands\b|\bof which\b|\bis told\b`:      "plain words",
	`\brelease %d\b`:                           "revision %d",
	`\bserves\b|, and answers\b`:               "is healthy, is running",
	`\bchoices:|\bis no choice\b`:              "To fix, do one of the following:; invalid value",
	`\bset aside\b|\bsets it aside\b`:          "keep, move",
	`\bundoing it\b|\bundone\b`:                "rolling back",
	`\bthe way back\b|\bgoes back to\b`:        "rollback",
	`\bstarted again and again\b`:              "keeps restarting",
	`\bput back\b|\bputting .* back\b`:         "restore",
	`\bwas said\b|\bone that is meant\b`:       "specify",
	`\bwhere there is room\b|\bturned away\b`:  "free ranges; rejected",
	`\bone's own\b|\bnone (is|are) .* then\b`:  "your own; disables",
	`\bas it has to be\b`:                      "as required",
	`\bis no (file|directory|service|port)\b`:  "is not a",
	`\bnone of (%|\w+, )`:                      "is not one of",
	`\bstands twice\b|\bcontradict each other`: "appears twice; can't be combined",
}

// bannedInChinese are the same.
var bannedInChinese = map[string]string{
	"要求了两次|得到它的端口": "都要使用；可用", "可选的办法|可选做法": "解决办法", "截走|截下": "重定向；拦截", "第 %d 版": "修订版本 %d",
	"放在一旁": "保留", "不断重新启动": "反复重启", "绑定者|全貌图": "监听程序；分布图", "受阻|被什么挡住|有阻碍": "未通过", "已被转发": "被重定向", "两次|写出": "重复；输出、指定", "不见了|别的程序|的样子": "已不存在；其他程序；状态",
}

func TestNoPrivateWords(t *testing.T) {
	check := func(what, text string, words map[string]string) {
		text = regexp.MustCompile(`\{[a-z_]+\}`).ReplaceAllString(text, "")
		for pattern, instead := range words {
			if found := regexp.MustCompile("(?i)" + pattern).FindString(text); found != "" {
				t.Errorf("%s: %q: write %s", what, found, instead)
			}
		}
	}
	for name, key := range keys(t) {
		check(name, string(key), banned)
	}
	for key, text := range chinese {
		check(string(key), text, bannedInChinese)
	}
	for phrase, file := range phrases(t) {
		check(file+" "+phrase, phrase, banned)
	}
	for _, topic := range chinesePhrases {
		for phrase, text := range topic {
			check(phrase, phrase, banned) // the help of commands and flags among them, which no call says
			check(text, text, bannedInChinese)
		}
	}
}

// indented are the lines of a help page that are commands.
var indented = regexp.MustCompile(`(?m)^  .*$`)

// A sentence of a message is read by somebody who has a fault to mend.
func TestSentencesAreShort(t *testing.T) {
	var lengths []int
	measure := func(text string) {
		for paragraph := range strings.SplitSeq(indented.ReplaceAllString(text, ""), "\n\n") {
			for sentence := range strings.SplitSeq(strings.Join(strings.Fields(paragraph), " "), ". ") {
				n := len(strings.Fields(sentence))
				if n > 2 { // fewer are labels
					lengths = append(lengths, n)
				}
				if n > 30 {
					t.Errorf("%d words: %s", n, sentence)
				}
			}
		}
	}
	for _, key := range keys(t) {
		measure(string(key))
	}
	all := phrases(t)
	for _, topic := range chinesePhrases {
		for phrase := range topic {
			all[phrase] = ""
		}
	}
	for phrase := range all {
		measure(phrase)
	}
	slices.Sort(lengths)
	median, ninth := lengths[len(lengths)/2], lengths[len(lengths)*9/10]
	t.Logf("%d sentences: median %d words, ninth decile %d, longest %d", len(lengths), median, ninth, lengths[len(lengths)-1])
	if median > 12 || ninth > 22 {
		t.Errorf("a sentence has %d words (median), and one in ten over %d; at most 12 and 22", median, ninth)
	}
}
