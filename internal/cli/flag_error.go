package cli

import (
	"errors"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/safeport/safeport"
)

// flagError says in one line which flag is wrong and what would be right.
func flagError(cmd *cobra.Command, err error) error {
	var missing *pflag.NotExistError
	var valueless *pflag.ValueRequiredError
	var invalid *pflag.InvalidValueError
	switch {
	case errors.As(err, &missing):
		return unknownFlag(cmd, missing)
	case errors.As(err, &valueless):
		return Usagef("%s requires a value: %s %s", spelled(valueless.GetFlag()), spelled(valueless.GetFlag()), valueless.GetFlag().Value.Type())
	case errors.As(err, &invalid):
		if invalid.GetFlag().Value.Type() == "bool" {
			return Usagef("%s: %q is not true or false", spelled(invalid.GetFlag()), invalid.GetValue())
		}
		return Usagef("%s: %w", spelled(invalid.GetFlag()), invalid.Unwrap())
	}
	return Usagef("%w", err)
}

func spelled(f *pflag.Flag) string { return "--" + f.Name }

func unknownFlag(cmd *cobra.Command, missing *pflag.NotExistError) error {
	if letters := missing.GetSpecifiedShortnames(); letters != "" {
		var long string
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			if long == "" && strings.HasPrefix(f.Name, letters[:1]) {
				long = f.Name
			}
		})
		if len(letters) == 1 && long != "" {
			return Usagef("unknown flag -%s: did you mean --%s?", letters, long)
		}
		return Usagef("unknown flag -%s: see %q", letters, strings.Replace(cmd.CommandPath(), cmd.Root().Name(), "safeport", 1)+" --help")
	}
	name := missing.GetSpecifiedName()
	var known []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { known = append(known, f.Name) })
	if cmd.Name() == "check" {
		if service := settingOf(name); service != "" {
			return Usagef("unknown flag --%s: it is a service setting, as in \"safeport check %s --%s …\"", name, service, name)
		}
		known = append(known, settingFlags()...)
	}
	if near := safeport.Near(name, known); near != "" {
		return Usagef("unknown flag --%s: did you mean --%s?", name, near)
	}
	return Usagef("unknown flag --%s: see %q", name, strings.Replace(cmd.CommandPath(), cmd.Root().Name(), "safeport", 1)+" --help")
}

// settingOf is the first service that has a setting with this flag.
func settingOf(flag string) string {
	for _, name := range safeport.Services() {
		if slices.Contains(flagsOf(name), flag) {
			return name
		}
	}
	return ""
}

// settingFlags are the flags of all services.
func settingFlags() []string {
	var flags []string
	for _, name := range safeport.Services() {
		flags = append(flags, flagsOf(name)...)
	}
	return flags
}

func flagsOf(service string) []string {
	// A built-in service that cannot be read has failed its own tests; here it only has nothing to suggest.
	settings, _ := safeport.Settings(safeport.Request{Services: []string{service}})
	var flags []string
	for _, s := range settings {
		if s.Flag != "" {
			flags = append(flags, s.Flag)
		}
	}
	return flags
}
