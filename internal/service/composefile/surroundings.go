package composefile

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/consts"
	"github.com/compose-spec/compose-go/v2/dotenv"
	"github.com/compose-spec/compose-go/v2/types"

	"github.com/safeport/safeport/internal/message"
)

const (
	stdin       = "-" // as the name of a file
	pwd         = "PWD"
	composeFile = consts.ComposeFilePath
)

// surroundings finds the project's files, its directory, its environment and its profiles, as "docker compose" finds them
// in the directory of the file, or in the one that is named instead.
func (d *Definition) surroundings() (paths []string, err error) {
	d.env = types.NewMapping(d.source.Environ).Merge(d.source.Variables)
	here, err := os.Getwd()
	if err != nil {
		return nil, message.Errorf("looking for the working directory: %w", err)
	}
	switch {
	case d.source.Dir != "":
		d.env[pwd] = d.source.Dir
	case d.env[pwd] == "":
		d.env[pwd] = here
	}
	if paths = d.source.Files; len(paths) == 1 && isDirectory(paths[0]) {
		if paths, err = d.projectIn(paths[0]); err != nil {
			return nil, err
		}
	}
	if paths, err = composeFiles(paths); err != nil {
		return nil, err
	}
	d.dir = here
	if d.source.Dir != "" {
		d.dir = d.source.Dir
	}
	if i := slices.IndexFunc(paths, func(p string) bool { return p != stdin }); i >= 0 {
		abs, err := filepath.Abs(paths[i])
		if err != nil {
			return nil, message.Errorf("looking for the directory of %s: %w", paths[i], err)
		}
		d.dir = filepath.Dir(abs)
	}
	if err := d.readEnv(d.dir); err != nil {
		return nil, err
	}
	if d.profiles = d.source.Profiles; len(d.profiles) == 0 {
		d.profiles = profilesOf(d.env)
	}
	return paths, nil
}

// projectIn are the Compose files of the project in a directory, if COMPOSE_FILE says which: none otherwise, and the
// directory itself.
func (d *Definition) projectIn(dir string) ([]string, error) {
	if err := d.readEnv(dir); err != nil {
		return nil, err
	}
	list := d.env[composeFile]
	if list == "" {
		return []string{dir}, nil
	}
	separator := d.env[consts.ComposePathSeparator]
	if separator == "" {
		separator = string(os.PathListSeparator)
	}
	var paths []string
	for p := range strings.SplitSeq(list, separator) {
		if !filepath.IsAbs(p) {
			p = filepath.Join(dir, p)
		}
		if info, err := os.Stat(p); err == nil && !info.Mode().IsRegular() {
			return nil, message.Errorf("COMPOSE_FILE: %s is not a file", p)
		}
		paths = append(paths, p)
	}
	return paths, nil
}

// envFiles are the files of variables that were named; none: ".env" is read if it is there.
func (d *Definition) envFiles() []string {
	if len(d.source.EnvFiles) > 0 {
		return d.source.EnvFiles
	}
	list := types.NewMapping(d.source.Environ)["COMPOSE_ENV_FILES"]
	return strings.FieldsFunc(list, func(r rune) bool { return r == ',' })
}

// readEnv adds what the files of variables say to the environment, which weighs more.
func (d *Definition) readEnv(dir string) error {
	files := d.envFiles()
	if len(files) == 0 {
		if text := d.env[consts.ComposeDisableDefaultEnvFile]; text != "" {
			if off, err := strconv.ParseBool(text); err != nil || off {
				return err
			}
		}
		file := filepath.Join(dir, ".env")
		if info, err := os.Stat(file); err != nil || info.IsDir() {
			return nil
		}
		files = []string{file}
	}
	more, err := readVariables(d.env, files)
	if err != nil {
		return err
	}
	d.env = types.Mapping(d.env).Merge(more)
	return nil
}

// readVariables reads files of variables, in which those before them can be used.
func readVariables(env map[string]string, files []string) (map[string]string, error) {
	for _, f := range files {
		if f == os.DevNull {
			continue // as good a way as any to say that there are none
		}
		if _, err := readRegular(f); err != nil {
			return nil, message.Errorf("reading the variables: %w", err)
		}
	}
	more, err := dotenv.GetEnvFromFile(env, files)
	if err != nil {
		return nil, message.Errorf("reading the variables: %s", composeError(err))
	}
	return more, nil
}

func profilesOf(env map[string]string) (list []string) {
	for p := range strings.SplitSeq(env[consts.ComposeProfiles], ",") {
		if p = strings.TrimSpace(p); p != "" {
			list = append(list, p)
		}
	}
	return list
}

// composeFiles puts the Compose files of a directory in its place.
func composeFiles(paths []string) ([]string, error) {
	var list []string
	for _, p := range paths {
		if p == stdin {
			list = append(list, p)
			continue
		}
		info, err := os.Stat(p)
		if err != nil && remote(p) {
			return nil, message.Errorf("%s is remote: download it and specify the file", p)
		}
		if err != nil {
			return nil, message.Errorf("reading the Compose file: %w", err)
		}
		if !info.IsDir() {
			list = append(list, p) // what is no regular file, reading it says
			continue
		}
		main := firstThere(p, cli.DefaultFileNames)
		if main == "" {
			return nil, message.Errorf("%s: the directory holds no Compose file (compose.yaml)", p)
		}
		list = append(list, main)
		if over := firstThere(p, cli.DefaultOverrideFileNames); over != "" {
			list = append(list, over)
		}
	}
	return list, nil
}

// remote says whether a Compose file is one that Compose would fetch: by Git, or from a registry.
func remote(path string) bool {
	return strings.Contains(path, "://") || strings.HasPrefix(path, "git@") || strings.HasPrefix(path, "github.com/")
}

func isDirectory(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

func firstThere(dir string, names []string) string {
	for _, name := range names {
		p := filepath.Join(dir, name)
		if _, err := os.Stat(p); err == nil {
			return p
		}
	}
	return ""
}

// cloned is a copy of an environment with more in it, which weighs less.
func cloned(env, more map[string]string) map[string]string {
	return types.Mapping(maps.Clone(env)).Merge(more)
}
