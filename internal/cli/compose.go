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

// composeFlags are the words by which "docker compose" finds a project. All commands that read a Compose file take them.
type composeFlags struct {
	files    []string
	profiles []string
	envFiles []string
	project  once
}

func (c *composeFlags) define(flags *pflag.FlagSet) {
	c.project.kind = "NAME"
	flags.StringArrayVarP(&c.files, "file", "f", nil, "a Compose `FILE`, or - for standard input; may be repeated, later ones change earlier ones")
	flags.StringArrayVar(&c.profiles, "profile", nil, "switch a `PROFILE` of the Compose file on; may be repeated")
	flags.VarP(&c.project, "project-name", "p", "the Compose project's name (default: as docker compose finds it)")
	flags.StringArrayVar(&c.envFiles, "env-file", nil, "a `FILE` of variables for the Compose file, instead of .env; may be repeated")
}

// given says whether any of the words was said that only a Compose project has a use for.
func (c *composeFlags) given() bool {
	return len(c.files)+len(c.profiles)+len(c.envFiles) > 0 || c.project.given
}

// apply puts the words into a request.
func (c *composeFlags) apply(req *safeport.Request) {
	req.Files = append(req.Files, c.files...)
	if len(c.profiles) > 0 {
		req.Profiles = c.profiles
	}
	if len(c.envFiles) > 0 {
		req.EnvFiles = c.envFiles
	}
	if c.project.given {
		req.Project = c.project.value
	}
}

// here takes the project in this directory, as "docker compose" does, where nothing is named and the words or the
// environment are about one.
func (c *composeFlags) here(req *safeport.Request) {
	if len(req.Services)+len(req.Files)+len(req.Ports)+len(req.Publish) == 0 && (c.given() || os.Getenv("COMPOSE_FILE") != "") {
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

// fromFile refuses a project that comes by standard input: what is installed is changed later by the same files.
func fromFile(req safeport.Request) error {
	if slices.Contains(req.Files, "-") {
		return usagef("a Compose file from standard input cannot be read again for an upgrade: save it, and name the file")
	}
	return nil
}
