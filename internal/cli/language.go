package cli

import (
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/safeport/safeport/internal/message"
)

const langUsage = "language of the text: en or zh (default: from the locale)"

// Spoken is the language of a command line that is not parsed yet: what is wrong with it has to be said in one, too.
func Spoken(args []string) message.Language {
	for i, word := range args {
		value, ok := strings.CutPrefix(word, "--lang=")
		if word == "--lang" && i+1 < len(args) {
			value, ok = args[i+1], true
		}
		switch {
		case word == "--":
			return message.OfLocale(os.Getenv)
		case ok:
			return message.Language(value)
		}
	}
	return message.OfLocale(os.Getenv)
}

// Language is the one in which a command speaks.
func Language(cmd *cobra.Command) message.Language {
	return message.Language(cmd.Flag("lang").Value.String())
}

// inLanguage is a flag as a help page shows it.
func inLanguage(f *pflag.Flag, l message.Language) *pflag.Flag {
	shown := *f
	shown.Usage = l.Translate(f.Usage)
	if f.Name == "help" {
		shown.Usage = l.Sprintf("show help")
	}
	_, once := f.Value.(*Once)
	if once && f.DefValue != "" || f.Value.Type() == "duration" && f.DefValue != "0s" { // pflag would write it in English
		shown.DefValue = ""
		if !once {
			shown.DefValue = "0s" // which pflag does not show
		}
		if f.Name != "lang" { // it says where its default is from
			shown.Usage += l.Sprintf(" (default %s)", f.DefValue)
		}
	}
	return &shown
}

// speak puts what commands and flags say of themselves into a language, for shells and manuals, which do not ask for help.
func speak(root *cobra.Command, l message.Language) {
	for _, cmd := range append(root.Commands(), root) {
		cmd.Short, cmd.Long = l.Translate(cmd.Short), l.Translate(cmd.Long)
		cmd.LocalFlags().VisitAll(func(f *pflag.Flag) { f.Usage = l.Translate(f.Usage) })
	}
}
