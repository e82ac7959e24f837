package cli

import (
	"io"
	"os"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/safeport/safeport"
	"github.com/safeport/safeport/internal/message"
)

// ComposeFlags are the words by which "docker compose" finds a project. All commands that read a Compose file take them.
type ComposeFlags struct {
	Files    []string
	Profiles []string
	EnvFiles []string
	Project  Once
}

func (c *ComposeFlags) Define(flags *pflag.FlagSet) {
	c.Project.Kind = "NAME"
	flags.StringArrayVarP(&c.Files, "file", "f", nil, "Compose `FILE`, or - for standard input; repeatable, later files override earlier ones")
	flags.StringArrayVar(&c.Profiles, "profile", nil, "enable a `PROFILE` of the Compose file; repeatable")
	flags.VarP(&c.Project, "project-name", "p", "Compose project name (default: same as docker compose)")
	flags.StringArrayVar(&c.EnvFiles, "env-file", nil, "environment `FILE` for the Compose file instead of .env; repeatable")
}

// Given says whether any of the words was said that only a Compose project has a use for.
func (c *ComposeFlags) Given() bool {
	return len(c.Files)+len(c.Profiles)+len(c.EnvFiles) > 0 || c.Project.Given
}

// Apply puts the words into a request.
func (c *ComposeFlags) Apply(req *safeport.Request) {
	req.Files = append(req.Files, c.Files...)
	if len(c.Profiles) > 0 {
		req.Profiles = c.Profiles
	}
	if len(c.EnvFiles) > 0 {
		req.EnvFiles = c.EnvFiles
	}
	if c.Project.Given {
		req.Project = c.Project.Value
	}
}

// Here takes the project in this directory, as "docker compose" does, where nothing is named and the words or the
// environment are about one.
func (c *ComposeFlags) Here(req *safeport.Request) {
	if len(req.Services)+len(req.Files)+len(req.Ports)+len(req.Publish) == 0 && (c.Given() || os.Getenv("COMPOSE_FILE") != "") {
		req.Files = []string{"."}
	}
}

// maxStdin is a little more than a Compose file may be, so that a larger one is known for one.
const maxStdin = 1<<20 + 1

// readStdin reads the Compose file that is to come by standard input, if any is.
func readStdin(cmd *cobra.Command, req *safeport.Request) error {
	if !slices.Contains(req.Files, "-") {
		return nil
	}
	var err error
	if req.Stdin, err = io.ReadAll(io.LimitReader(cmd.InOrStdin(), maxStdin)); err != nil {
		return message.Errorf("reading the Compose file: %w", err)
	}
	return nil
}
