package cli

import (
	"testing"

	"github.com/spf13/pflag"
)

func TestServiceAmong(t *testing.T) {
	flags := pflag.NewFlagSet("", pflag.ContinueOnError)
	(&check{output: newOutput()}).define(flags)
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
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := serviceAmong(row.args, flags); got != row.want {
				t.Errorf("found %q, want %q", got, row.want)
			}
		})
	}
}
