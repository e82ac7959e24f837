package cli

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/safeport/safeport"
	"github.com/safeport/safeport/internal/message"
)

// Settings are the flags of a service, made from its definition.
type Settings struct {
	list  []safeport.Setting
	flags map[string]*Once // by the setting's name
	of    []string         // the services
	set   Pairs
}

// NewSettings defines the flags of the services beside those of the command. Where the two have the same name the
// command's stays, and the setting is reached by --set.
func NewSettings(named Subjects, flags *pflag.FlagSet, l message.Language) (*Settings, error) {
	s := &Settings{of: named.Services, flags: make(map[string]*Once), set: Pairs{Values: make(map[string]string)}}
	flags.Var(&s.set, "set", "service setting by name or configuration key; of one of several services: gitea.port=3001; repeatable")
	var err error
	req := named.request()
	req.Language = l
	if s.list, err = safeport.Settings(req); err != nil {
		return s, err
	}
	service := strings.Join(append(named.Services, named.Files...), ", ")
	for _, setting := range s.list {
		if setting.Flag == "" || flags.Lookup(setting.Flag) != nil {
			continue
		}
		value := &Once{Kind: kindOf(setting)}
		s.flags[setting.Name] = value
		f := flags.VarPF(value, setting.Flag, "", describe(setting, l))
		f.Annotations = map[string][]string{serviceAnnotation: {service}}
		if setting.Type == "bool" {
			f.NoOptDefVal = "true"
		}
	}
	return s, nil
}

// Chosen are the settings that were given, by flag or by --set.
func (s *Settings) Chosen() (map[string]string, error) {
	values := make(map[string]string)
	for name, flag := range s.flags {
		if flag.Given {
			values[name] = flag.Value
		}
	}
	for key, value := range s.set.Values {
		name := s.NameOf(key)
		if old, twice := values[name]; twice {
			return nil, Usagef("%s is given twice, as %s and %s", name, old, value)
		}
		values[name] = value
	}
	return values, nil
}

// NameOf finds the setting that a key of --set means: tls-port, or tls_port as in the service's configuration file. An
// unknown key stays as it is, for the library to refuse. "gitea.port" is the setting of one of several services.
func (s *Settings) NameOf(key string) string {
	if service, rest, dotted := strings.Cut(key, "."); dotted && slices.Contains(s.of, service) {
		return service + "." + s.NameOf(rest)
	}
	for _, setting := range s.list {
		if key == setting.Name || key == setting.Key || key == setting.Flag {
			return setting.Name
		}
	}
	return key
}

func kindOf(s safeport.Setting) string {
	switch s.Type {
	case "port":
		return "PORT"
	case "range":
		return "FIRST-LAST"
	case "address":
		return "ADDRESS"
	case "path":
		return "FILE"
	case "bool":
		return "bool" // pflag prints no value for this one
	}
	return "VALUE"
}

func describe(s safeport.Setting, l message.Language) string {
	text := s.About
	if s.Default != "" {
		text += l.Sprintf(" (default %s)", s.Default)
	}
	if s.Env != "" {
		text += " [$" + s.Env + "]"
	}
	return text
}

// serviceAnnotation marks a flag as one of a service's settings, for the help.
const serviceAnnotation = "service"

type flagGroup struct {
	title string
	flags *pflag.FlagSet
}

// flagGroups parts a command's flags into its own and those of the service that was named.
func flagGroups(cmd *cobra.Command, l message.Language) []flagGroup {
	own := pflag.NewFlagSet("", pflag.ContinueOnError)
	ofService := pflag.NewFlagSet("", pflag.ContinueOnError)
	own.SortFlags, ofService.SortFlags = false, false
	service := ""
	cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
		if name := f.Annotations[serviceAnnotation]; name != nil {
			service = name[0]
			ofService.AddFlag(f)
			return
		}
		own.AddFlag(inLanguage(f, l))
	})
	own.AddFlag(inLanguage(cmd.Flag("lang"), l))
	var groups []flagGroup
	if service != "" {
		groups = append(groups, flagGroup{l.Sprintf("Settings of %s:", service), ofService})
	}
	return append(groups, flagGroup{l.Sprintf("Flags:"), own})
}
