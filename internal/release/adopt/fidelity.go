package adopt

import (
	"cmp"
	"encoding/json"
	"maps"
	"math"
	"reflect"
	"slices"
	"strings"

	"github.com/safeport/safeport/internal/mask"
	"github.com/safeport/safeport/internal/message"
)

// look is what is known of a container, and what its image gives it by itself: that may be another thing in another image.
type look struct{ traits, image traits }

// Difference is a trait that two containers do not share.
type Difference struct {
	Trait
	was, is any
	Lost    bool // the old one was given it, and not by its image
}

// Differences are between a container and another that takes its place, beside what their images bring and what was asked
// for. It is the proof that nothing was forgotten in carrying traits over: all are compared as the engine tells them.
func Differences(old, made look, asked map[Trait]bool) (list []Difference) {
	all := maps.Clone(made.traits)
	maps.Copy(all, old.traits)
	for t := range all {
		was, is := chosen(old.traits[t]), chosen(made.traits[t])
		given := !empty(was) && !reflect.DeepEqual(was, chosen(old.image[t]))
		same := empty(was) && empty(is) || reflect.DeepEqual(was, is) || t.Name == "NanoCpus" && nearly(was, is)
		byImage := !given && (reflect.DeepEqual(is, chosen(made.image[t])) || made.image[t] == newVolume)
		if !same && !byImage && !asked[t] {
			list = append(list, Difference{t, was, is, given})
		}
	}
	slices.SortFunc(list, func(a, b Difference) int {
		return cmp.Or(cmp.Compare(slices.Index(kinds, a.Kind), slices.Index(kinds, b.Kind)), cmp.Compare(a.Name, b.Name))
	})
	return list
}

// nearly says whether two numbers of processors are one: Compose has them in 32 bits, and makes 0.129999992 of 0.13.
func nearly(a, b any) bool {
	x, isNumber := a.(float64)
	y, too := b.(float64)
	return isNumber && too && math.Abs(x-y) < x/1e6
}

// empty says whether a value of JSON is one that nobody has to choose.
func empty(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case bool:
		return !v
	case float64:
		return v == 0
	case string:
		return v == ""
	case []any:
		return len(v) == 0
	case map[string]any:
		return len(v) == 0
	}
	return false
}

// chosen is a value without what nobody has to choose in it: an engine may write an empty list or none.
func chosen(v any) any {
	switch v := v.(type) {
	case []any:
		list := make([]any, len(v))
		for i := range v {
			list[i] = chosen(v[i])
		}
		return list
	case map[string]any:
		m := map[string]any{}
		for key, value := range v {
			if value = chosen(value); !empty(value) {
				m[key] = value
			}
		}
		return m
	}
	return v
}

func (d Difference) Phrase() message.Phrase {
	what := message.Say("%s", message.Clean(d.Name))
	switch d.Kind {
	case AVariable:
		what = message.Say("variable %s", message.Clean(d.Name))
	case ALabel:
		what = message.Say("label %s", message.Clean(d.Name))
	case ANetwork:
		what = message.Say("network %s", message.Clean(d.Name))
	}
	if empty(d.was) || empty(d.is) {
		return message.Say("%s (%s instead of %s)", what, inWords(d.text(d.is)), inWords(d.text(d.was)))
	}
	is, was := apart(d.text(d.is), d.text(d.was))
	if is == was {
		return message.Say("%s (changed, value hidden)", what)
	}
	return message.Say("%s (%s instead of %s)", what, is, was)
}

func inWords(text string) message.Phrase {
	if text == "" {
		return message.Say("none")
	}
	return message.Say("%s", cut([]rune(text)))
}

// text is a value as it may be shown: without secrets.
func (d Difference) text(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		if d.Kind == AVariable || d.Kind == ALabel {
			return strings.TrimPrefix(mask.Variable(d.Name, v), d.Name+"=")
		}
		return mask.Command([]string{v})
	case []any:
		if words, ok := wordsOf(v); ok {
			return message.Line(mask.Arguments(append([]string{""}, words...))[1:])
		}
	}
	data, err := json.Marshal(v)
	if err != nil || empty(v) {
		return ""
	}
	return mask.Command([]string{string(data)})
}

func wordsOf(list []any) (words []string, ok bool) {
	for _, v := range list {
		word, ok := v.(string)
		if !ok {
			return nil, false
		}
		words = append(words, word)
	}
	return words, true
}

// shownLength is how much of a value is shown, in letters: both values of a difference are to stand in two lines at most.
const shownLength = 60

// apart are two values, cut to a length that can be read, and so that where they begin to differ can be seen.
func apart(a, b string) (string, string) {
	x, y := []rune(a), []rune(b)
	same := 0
	for same < min(len(x), len(y)) && x[same] == y[same] {
		same++
	}
	if from := same - shownLength/3; from > 0 && max(len(x), len(y)) > shownLength {
		x, y = append([]rune("…"), x[from:]...), append([]rune("…"), y[from:]...)
	}
	return cut(x), cut(y)
}

func cut(text []rune) string {
	if len(text) > shownLength {
		text = append(slices.Clone(text[:shownLength-1]), '…')
	}
	return message.Clean(string(text))
}
