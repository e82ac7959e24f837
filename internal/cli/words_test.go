package cli

import (
	"strings"
	"testing"

	"github.com/spf13/pflag"
)

func TestSubjectsAmong(t *testing.T) {
	flags := pflag.NewFlagSet("", pflag.ContinueOnError)
	(&check{OutputFlags: NewOutput()}).define(flags)
	for _, row := range []struct {
		name, want string
		args       []string
	}{
		{"first word", "gpustack", []string{"gpustack", "--port", "80"}},
		{"after a flag that is not known yet", "gpustack", []string{"--port", "80", "gpustack"}},
		{"after a switch", "gpustack", []string{"--strict", "gpustack"}},
		{"after a value in the same word", "gpustack", []string{"--name=x", "gpustack"}},
		{"a flag's value", "", []string{"--name", "gpustack", "80"}},
		{"a short flag's value", "", []string{"-o", "gpustack"}},
		{"after two dashes", "gpustack", []string{"80", "--", "gpustack"}},
		{"no service", "", []string{"80", "443"}},
		{"nothing", "", nil},
		{"two services", "gpustack gpustack-worker", []string{"gpustack", "--strict", "gpustack-worker"}},
		{"a file and one over it", "compose.yaml more.yaml", []string{"compose.yaml", "-f", "more.yaml"}},
		{"a setting's value that looks like a file", "gpustack", []string{"gpustack", "--ssl-certfile", "/etc/a.crt", "--port", "80"}},
		{"the same before the service", "gpustack", []string{"--ssl-certfile", "/etc/a.crt", "gpustack"}},
		{"a file after a setting's switch", "gpustack ./b", []string{"gpustack", "--publish-metrics", "./b"}},
		{"a setting's value that is a service's name", "gpustack-worker", []string{"gpustack-worker", "--token", "gpustack"}},
		{"a file in the same word", "a.yml", []string{"--file=a.yml", "80"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			named := SubjectsAmong(row.args, flags, nil)
			if got := strings.Join(append(named.Services, named.Files...), " "); got != row.want {
				t.Errorf("found %q, want %q", got, row.want)
			}
		})
	}
}
