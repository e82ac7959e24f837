package service

import (
	"context"
	"io"
	"maps"
	"os"
	"path/filepath"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/consts"

	"safeport/internal/message"
	"safeport/internal/settings"
)

// Load reads a Compose project: one file or several, the later ones over the earlier as with "docker compose -f", or a
// directory that holds one. It needs no x-safeport section. The environment is that of "KEY=value" lines, which together
// with the project's ".env" stands for "${KEY}" in the files; no profiles means those that COMPOSE_PROFILES names.
//
// Everything is validated here, so that what comes later need not be: an error names the file and, where it can, the line.
func Load(ctx context.Context, paths, environ []string, profiles ...string) (*Definition, error) {
	paths, err := composeFiles(paths)
	if err != nil {
		return nil, err
	}
	d := &Definition{profiles: profiles}
	for _, p := range paths {
		data, err := readCompose(p)
		if err != nil {
			return nil, err
		}
		f, err := newFile(p, data)
		if err != nil {
			return nil, err
		}
		d.files = append(d.files, f)
	}
	d.related = relatedFiles(d.files)
	if err := d.surroundings(environ); err != nil {
		return nil, err
	}
	if err := d.readSection(); err != nil {
		return nil, err
	}
	values, _, err := settings.Resolve(d.Settings, settings.Sources{})
	if err != nil {
		return nil, err
	}
	project, err := d.load(ctx, values, "safeport", true)
	if err != nil {
		return nil, err
	}
	d.Name, d.Project = project.Name, project.Name
	if len(project.AllServices()) == 0 {
		return nil, message.Errorf("%s: the file has no services", d.files[0].path)
	}
	if d.Instance == "" {
		d.Instance = d.Name
	}
	_, err = d.Wants(values)
	return d, err
}

// surroundings finds the project's directory, its environment and its profiles, as Compose does.
func (d *Definition) surroundings(environ []string) error {
	o, err := cli.NewProjectOptions([]string{d.files[0].path}, cli.WithEnv(environ), cli.WithEnvFiles(), cli.WithDotEnv)
	if err != nil {
		return message.Errorf("reading the environment of %s: %s", d.files[0].path, composeError(err))
	}
	if d.dir, err = o.GetWorkingDir(); err != nil {
		return message.Errorf("looking for the directory of %s: %w", d.files[0].path, err)
	}
	d.env = maps.Clone(o.Environment)
	if len(d.profiles) == 0 {
		d.profiles = splitList(d.env[consts.ComposeProfiles])
	}
	return nil
}

// composeFiles puts the Compose files of a directory in its place.
func composeFiles(paths []string) ([]string, error) {
	var list []string
	for _, p := range paths {
		info, err := os.Stat(p)
		if err != nil {
			return nil, message.Errorf("reading the Compose file: %w", err)
		}
		if info.Mode().IsRegular() {
			list = append(list, p)
			continue
		}
		if !info.IsDir() { // a pipe might never end
			return nil, message.Errorf("reading the Compose file: %s is neither a file nor a directory", p)
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

func firstThere(dir string, names []string) string {
	for _, name := range names {
		p := filepath.Join(dir, name)
		if _, err := os.Stat(p); err == nil {
			return p
		}
	}
	return ""
}

// maxCompose bounds a Compose file. The largest that people show have some 100 KB.
const maxCompose = 1 << 20

// readCompose reads a regular file that is not too big.
func readCompose(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, message.Errorf("reading the Compose file: %w", err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxCompose+1))
	if err != nil {
		return nil, message.Errorf("reading the Compose file: %w", err)
	}
	if len(data) > maxCompose {
		return nil, message.Errorf("%s is larger than 1 MiB, which no Compose file is", path)
	}
	return data, nil
}
