package message

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Phrase is what is said in one place: a format of package fmt in English, and the values for it. It may be an error or
// stand in one, and is put into words where it is printed.
type Phrase struct {
	format string
	args   []any
}

// Say makes a phrase.
func Say(format string, args ...any) Phrase { return Phrase{format, spelt(args)} }

// spelt are values with their durations as people write them: 10m, and not 10m0s.
func spelt(args []any) []any {
	for i, arg := range args {
		d, ok := arg.(time.Duration)
		if !ok {
			continue
		}
		text := d.String()
		if short, found := strings.CutSuffix(text, "m0s"); found {
			text = short + "m"
		}
		if short, found := strings.CutSuffix(text, "h0m"); found {
			text = short + "h"
		}
		args = slices.Clone(args)
		args[i] = text
	}
	return args
}

// In is the phrase in a language; so are the phrases and errors among its values.
func (p Phrase) In(l Language) string { return l.Sprintf(p.format, p.args...) }

// String is the phrase in English.
func (p Phrase) String() string { return fmt.Sprintf(p.format, p.args...) }

// Words are the phrase in every language.
func (p Phrase) Words() Words { return Words{English: p.String(), Chinese: p.In(Chinese)} }

// MarshalText writes the phrase in English: what programs read is the same in every language.
func (p Phrase) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// spoken is what knows itself in every language.
type spoken interface{ In(Language) string }

// Sprintf says in the language what the format says in English.
func (l Language) Sprintf(format string, args ...any) string {
	args = spelt(args)
	if l != Chinese {
		return fmt.Sprintf(format, args...)
	}
	values := make([]any, len(args))
	for i, arg := range args {
		switch a := arg.(type) {
		case spoken:
			values[i] = a.In(l)
		case error:
			values[i] = l.Error(a)
		default:
			values[i] = a
		}
	}
	return fmt.Sprintf(strings.ReplaceAll(l.translated(format), "%w", "%v"), values...)
}

// translated is a phrase's format in the language; English where it is missing, which a test would notice.
func (l Language) translated(format string) string {
	for _, topic := range chinesePhrases {
		if s, ok := topic[format]; ok && l == Chinese {
			return s
		}
	}
	return format
}

// Errorf is fmt.Errorf for what a person reads: [Language.Error] says the error in their language.
func Errorf(format string, args ...any) error {
	args = spelt(args)
	return &spokenError{Phrase{format, args}, fmt.Errorf(format, args...)}
}

type spokenError struct {
	phrase Phrase
	error
}

func (e *spokenError) In(l Language) string { return e.phrase.In(l) }
func (e *spokenError) Unwrap() error        { return e.error }

// Error says an error in the language, as far as it is of safeport's making: what the kernel's or an engine's errors say
// stays in the middle of it as it is, unless the catalogue has just that.
func (l Language) Error(err error) string {
	text := err.Error()
	if l != Chinese {
		return text
	}
	if e, ok := err.(spoken); ok {
		return e.In(l)
	}
	if whole := l.translated(text); whole != text {
		return whole
	}
	if inner := errors.Unwrap(err); inner != nil {
		if before, ok := strings.CutSuffix(text, inner.Error()); ok {
			return before + l.Error(inner)
		}
	}
	return text
}

// Translate says in the language what stands in the code as a whole: the help of a command or a flag.
func (l Language) Translate(english string) string { return l.translated(english) }

// Phrases are several things in a row.
type Phrases []Phrase

// In is the row in a language.
func (p Phrases) In(l Language) string {
	words := make([]string, len(p))
	for i, phrase := range p {
		words[i] = phrase.In(l)
	}
	return strings.Join(words, l.Sprintf("; "))
}

// String is the row in English.
func (p Phrases) String() string { return p.In(English) }
