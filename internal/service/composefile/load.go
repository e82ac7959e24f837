package composefile

import (
	"context"
	"path/filepath"
	"slices"

	"github.com/compose-spec/compose-go/v2/types"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/service"
	"github.com/safeport/safeport/internal/settings"
)

// Load reads a Compose project. It needs no x-safeport section.
//
// Everything is validated here, so that what comes later need not be: an error names the file and, where it can, the line.
func Load(ctx context.Context, src service.Project) (*Definition, error) {
	d := newDefinition()
	d.source = src
	paths, err := d.surroundings()
	if err != nil {
		return nil, err
	}
	for _, p := range paths {
		data, err := d.read(p)
		if err != nil {
			return nil, err
		}
		f, err := newFile(p, data)
		if err != nil {
			return nil, err
		}
		d.files = append(d.files, f)
	}
	if err := d.readRelated(); err != nil {
		return nil, err
	}
	if err := d.readSection(); err != nil {
		return nil, err
	}
	values, _, err := settings.Resolve(d.Settings, settings.Sources{})
	if err != nil {
		return nil, err
	}
	if err := d.bounded(values); err != nil {
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
	d.Location = service.Location{Directory: d.dir, Images: map[string]string{}}
	for _, f := range d.files {
		d.Location.Files = append(d.Location.Files, d.absolute(f.path))
	}
	for name, s := range project.AllServices() {
		d.Location.Images[name] = s.Image
	}
	if d.Instance == "" {
		d.Instance = d.Name
	}
	d.Unset = d.unset(values)
	_, err = d.Wants(values)
	return d, err
}

// read reads a Compose file that the user named.
func (d *Definition) read(path string) ([]byte, error) {
	if path != stdin {
		return readCompose(path)
	}
	if len(d.source.Stdin) > maxCompose {
		return nil, message.Errorf("%s is larger than 1 MiB, too large for a Compose file", path)
	}
	return d.source.Stdin, nil
}

// Remembered is the project as it can be found again later, from another directory and in another environment: what the
// environment chose is said. What stands in ".env" is not, as it is read again.
func (d *Definition) Remembered() service.Project {
	if d.BuiltIn {
		return service.Project{}
	}
	s := service.Project{Files: d.source.Files, Name: d.Project, Profiles: d.source.Profiles, EnvFiles: d.envFiles(), Dir: d.env[pwd]}
	environ := types.NewMapping(d.source.Environ)
	s.Variables = d.chosenVariables(environ)
	if len(s.Profiles) == 0 {
		s.Profiles = profilesOf(environ)
	}
	if environ[composeFile] != "" {
		s.Files = nil
		for _, f := range d.files {
			s.Files = append(s.Files, f.path)
		}
	}
	s.Files, s.EnvFiles = absolutes(s.Files), absolutes(s.EnvFiles)
	return s
}

func absolutes(paths []string) []string {
	list := slices.Clone(paths)
	for i, p := range list {
		if abs, err := filepath.Abs(p); err == nil && p != stdin {
			list[i] = abs
		}
	}
	return list
}
