package cli

import (
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/safeport/safeport/internal/message"
)

// Again writes a command line once more, as it was typed, or with another value for an option: whoever wanted to install
// is to be told what installs.
func (s *Settings) Again(cmd *cobra.Command, words []string) func(changed, to string) string {
	return func(changed, to string) string { return s.Line(cmd.CommandPath(), cmd, words, changed, to) }
}

// Line writes a command with the words and flags of a parsed one, and with options before them of which the last is another
// value for what may stand there.
func (s *Settings) Line(path string, cmd *cobra.Command, words []string, options ...string) string {
	line := []string{path}
	for _, word := range words {
		line = append(line, message.Quote(word))
	}
	changed, to := "", ""
	for i := 0; i+1 < len(options); i += 2 {
		if changed, to = options[i], options[i+1]; changed != "" && to != "" {
			line = append(line, changed, message.Quote(to))
		}
	}
	cmd.Flags().Visit(func(f *pflag.Flag) { line = append(line, s.repeated(f, changed, to)...) })
	return strings.Join(line, " ")
}

// repeated are the words of a flag that was given, unless its value is now another.
func (s *Settings) repeated(f *pflag.Flag, changed, to string) (words []string) {
	switch v := f.Value.(type) {
	case *Pairs:
		for _, key := range slices.Sorted(maps.Keys(v.Values)) {
			if f.Name != "set" || !s.same("--set", key+"=", changed, to) {
				words = append(words, "--"+f.Name, message.Quote(key+"="+v.Values[key]))
			}
		}
		return words
	case interface{ GetSlice() []string }:
		for _, value := range v.GetSlice() {
			words = append(words, "--"+f.Name, message.Quote(value))
		}
		return words
	}
	switch value := f.Value.String(); {
	case s.same("--"+f.Name, value, changed, to):
		return nil
	case f.NoOptDefVal == "":
		return []string{"--" + f.Name, message.Quote(value)}
	case value == f.NoOptDefVal:
		return []string{"--" + f.Name}
	default:
		return []string{"--" + f.Name + "=" + message.Quote(value)}
	}
}

// same says whether two options choose the same setting, by its flag or by --set KEY=VALUE.
func (s *Settings) same(option, value, other, otherValue string) bool {
	return option == other && option != "--set" || s.chosenBy(option, value) != "" && s.chosenBy(option, value) == s.chosenBy(other, otherValue)
}

// chosenBy is the setting that an option chooses; empty if it is none of a service's.
func (s *Settings) chosenBy(option, value string) string {
	if option == "--set" {
		key, _, _ := strings.Cut(value, "=")
		return s.NameOf(key)
	}
	for _, setting := range s.list {
		if option == "--"+setting.Flag && setting.Flag != "" {
			return setting.Name
		}
	}
	return ""
}
