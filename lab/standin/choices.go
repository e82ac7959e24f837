package main

import (
	"maps"
	"os"
	"strings"
)

// choices are what a GPUStack was told, by the names of its flags.
type choices map[string]string

// readChoices reads the flags over the environment over the configuration file, as GPUStack does. Of the file, lines of
// "key: value" are all that a stand-in needs.
func readChoices(args []string) (choices, error) {
	flags, env, file := choices{}, choices{}, choices{}
	for len(args) > 0 {
		flag, value, joined := strings.Cut(args[0], "=")
		args = args[1:]
		switch {
		case joined:
		case len(args) > 0 && !strings.HasPrefix(args[0], "-"):
			value, args = args[0], args[1:]
		default:
			value = "true"
		}
		if flag == "-s" {
			flag = "--server-url"
		}
		flags[strings.TrimPrefix(flag, "--")] = value
	}
	for _, kv := range os.Environ() {
		if name, value, _ := strings.Cut(kv, "="); strings.HasPrefix(name, "GPUSTACK_") {
			env[flagOf(strings.ToLower(strings.TrimPrefix(name, "GPUSTACK_")))] = value
		}
	}
	if path := flags["config-file"]; path != "" {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		for line := range strings.Lines(string(text)) {
			key, value, _ := strings.Cut(line, ":")
			file[flagOf(strings.TrimSpace(key))] = strings.TrimSpace(value)
		}
	}
	all := choices{}
	for _, source := range []choices{file, env, flags} {
		maps.Copy(all, source)
	}
	return all, nil
}

func flagOf(key string) string { return strings.ReplaceAll(key, "_", "-") }

func (c choices) has(name string) bool { return c[name] != "" }

// or is the choice, or else what it is when nobody chooses.
func (c choices) or(name, otherwise string) string {
	if c.has(name) {
		return c[name]
	}
	return otherwise
}
