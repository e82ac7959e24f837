// Package dockerplugin lets the program be a plugin of the docker command: where it is called docker-safeport, it answers what
// docker asks of its plugins, and "docker safeport check" is "safeport check", asked of the engine that docker would speak to.
package dockerplugin

import (
	"encoding/json"
	"io"
	"path/filepath"
	"runtime/debug"
	"strings"
)

// name is what docker looks for in its directories of plugins.
const name = "docker-safeport"

// metadata is what docker asks of a plugin before it lists or runs it (docker/cli, cli-plugins/metadata).
type metadata struct {
	SchemaVersion    string
	Vendor           string
	Version          string `json:",omitempty"`
	ShortDescription string `json:",omitempty"`
}

// Called says whether a program is called as docker calls its plugins. argv is all of the command line.
func Called(argv []string) bool { return len(argv) > 0 && filepath.Base(argv[0]) == name }

// Describe answers docker's question for the plugin's metadata; false when the question is another one.
func Describe(args []string, out io.Writer) (asked bool, err error) {
	if len(args) != 1 || args[0] != "docker-cli-plugin-metadata" {
		return false, nil
	}
	version := ""
	if info, ok := debug.ReadBuildInfo(); ok {
		version = info.Main.Version
	}
	return true, json.NewEncoder(out).Encode(metadata{
		SchemaVersion: "0.1.0", Vendor: "safeport", Version: version, ShortDescription: "Check whether ports are available, and who uses them",
	})
}

// Arguments are those of safeport among what docker hands on: its own options, then the plugin's name, then the rest. What
// docker was told of the engine is handed on as the variables that it would read itself.
func Arguments(args []string, setenv func(key, value string)) []string {
	variables := map[string]string{"-c": "DOCKER_CONTEXT", "--context": "DOCKER_CONTEXT", "-H": "DOCKER_HOST", "--host": "DOCKER_HOST", "--config": "DOCKER_CONFIG"}
	for i := 0; i < len(args); i++ {
		option, value, joined := strings.Cut(args[i], "=")
		switch variable := variables[option]; {
		case variable != "" && joined:
			setenv(variable, value)
		case variable != "" && i+1 < len(args):
			i++
			setenv(variable, args[i])
		case strings.HasPrefix(args[i], "-"): // --debug, --log-level=info
		case args[i] == "safeport":
			return args[i+1:]
		default:
			return args[i:]
		}
	}
	return nil
}
