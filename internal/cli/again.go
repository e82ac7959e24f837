package cli

import (
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"safeport/internal/message"
)

// again writes a command line once more, as it was typed, or with another value for an option: whoever wanted to install
// is to be told what installs.
func (m *making) again(cmd *cobra.Command, words []string) func(changed, to string) string {
	return func(changed, to string) string {
		line := []string{cmd.CommandPath()}
		for _, word := range words {
			line = append(line, message.Quote(word))
		}
		if changed != "" {
			line = append(line, changed, message.Quote(to))
		}
		cmd.Flags().Visit(func(f *pflag.Flag) { line = append(line, m.repeated(f, changed, to)...) })
		return strings.Join(line, " ")
	}
}

// repeated are the words of a flag that was given, unless its value is now another.
func (m *making) repeated(f *pflag.Flag, changed, to string) (words []string) {
	switch v := f.Value.(type) {
	case *pairs:
		for _, key := range slices.Sorted(maps.Keys(v.values)) {
			if f.Name != "set" || !m.settings.same("--set", key+"=", changed, to) {
				words = append(words, "--"+f.Name, message.Quote(key+"="+v.values[key]))
			}
		}
		return words
	case *list:
		for _, value := range v.values {
			words = append(words, "--"+f.Name, message.Quote(value))
		}
		return words
	}
	switch value := f.Value.String(); {
	case m.settings.same("--"+f.Name, value, changed, to):
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
func (s *settings) same(option, value, other, otherValue string) bool {
	return option == other && option != "--set" || s.chosenBy(option, value) != "" && s.chosenBy(option, value) == s.chosenBy(other, otherValue)
}

// chosenBy is the setting that an option chooses; empty if it is none of a service's.
func (s *settings) chosenBy(option, value string) string {
	if option == "--set" {
		key, _, _ := strings.Cut(value, "=")
		return s.nameOf(key)
	}
	for _, setting := range s.list {
		if option == "--"+setting.Flag && setting.Flag != "" {
			return setting.Name
		}
	}
	return ""
}
