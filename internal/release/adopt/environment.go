package adopt

import (
	"os"
	"slices"
	"strings"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/release/engine"
	"github.com/safeport/safeport/internal/service"
	"github.com/safeport/safeport/internal/settings"
)

// ContainerEnv are the variables of settings that a container has, by argument or by variable.
func ContainerEnv(list []settings.Setting, c facts.Container) map[string]string {
	env := map[string]string{}
	for _, s := range list {
		if s.Env == "" {
			continue
		}
		if value, ok := argument(c.Args, s.Flag); ok {
			env[s.Env] = value
		} else if value, ok := Variable(c.Env, s.Env); ok {
			env[s.Env] = value
		}
	}
	return env
}

// ConfigFileOf is the path on the host of the configuration file that a container reads; empty without one.
func ConfigFileOf(c service.Config, s engine.Serving) string {
	inside, ok := argument(s.Container.Args, c.Flag)
	if !ok {
		inside, ok = Variable(s.Container.Env, c.Env)
	}
	if !ok {
		return ""
	}
	for _, m := range s.Container.Mounts {
		if rest, under := strings.CutPrefix(inside, m.Destination); under && (rest == "" || strings.HasPrefix(rest, "/")) {
			return m.Source + rest
		}
	}
	return ""
}

// Readable is the path if it can be read, and empty if not.
func Readable(path string) string {
	if path == "" {
		return ""
	}
	f, err := os.Open(path)
	if err != nil {
		return ""
	}
	f.Close()
	return path
}

func HasFlag(args []string, flag string) bool {
	return flag != "" && slices.ContainsFunc(args, func(a string) bool {
		return a == "--"+flag || strings.HasPrefix(a, "--"+flag+"=")
	})
}

// argument is the value of a flag among arguments.
func argument(args []string, flag string) (string, bool) {
	if flag == "" {
		return "", false
	}
	for i, a := range slices.Backward(args) {
		if value, ok := strings.CutPrefix(a, "--"+flag+"="); ok {
			return value, true
		}
		if a == "--"+flag && i+1 < len(args) {
			return args[i+1], true
		}
	}
	return "", false
}

func Variable(env []string, name string) (string, bool) {
	for _, e := range slices.Backward(env) {
		if value, ok := strings.CutPrefix(e, name+"="); ok && name != "" {
			return value, true
		}
	}
	return "", false
}
