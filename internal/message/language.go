package message

import (
	"cmp"
	"strings"
)

// Language is one that safeport speaks. The zero Language is English.
type Language string

// The languages, by their names in ISO 639-1.
const (
	English Language = "en"
	Chinese Language = "zh" // as it is written on the mainland
)

// Languages are all of them.
func Languages() []Language { return []Language{English, Chinese} }

// OfLocale is the language of a process's locale. The first of the variables that is set decides, as in setlocale(3); of a
// language that safeport does not speak the answer is English.
func OfLocale(getenv func(string) string) Language {
	locale := cmp.Or(getenv("LC_ALL"), getenv("LC_MESSAGES"), getenv("LANG"))
	if language, _, _ := strings.Cut(strings.ToLower(locale), "_"); language == "zh" || strings.HasPrefix(language, "zh.") || strings.HasPrefix(language, "zh-") {
		return Chinese
	}
	return English
}

// Words are a short text in every language, as a service definition has it.
type Words struct{ English, Chinese string }

// String is the text in English.
func (w Words) String() string { return w.English }

// In is the text in a language, or in English where it was not written in that one.
func (w Words) In(l Language) string {
	if l == Chinese {
		return cmp.Or(w.Chinese, w.English)
	}
	return w.English
}
