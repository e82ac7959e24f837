package service

import (
	"context"
	"fmt"
	"maps"
	"strings"

	"github.com/compose-spec/compose-go/v2/interpolation"
	"github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/template"
	"github.com/compose-spec/compose-go/v2/types"

	"safeport/internal/settings"
)

// Compose is the Compose project that the definition makes for the values, as an instance of that name. A published port
// whose setting does not apply is not in it.
func (d *Definition) Compose(ctx context.Context, values settings.Values, instance string) (*types.Project, error) {
	project, err := d.load(ctx, values, instance)
	if err != nil {
		return nil, err
	}
	entries, err := d.portEntries(d.lookup(values, instance))
	if err != nil {
		return nil, err
	}
	for name, s := range project.Services {
		s.Ports = entries.applying(name, s.Ports, d, values)
		project.Services[name] = s
	}
	return project, nil
}

// load runs the Compose loader over the files.
func (d *Definition) load(ctx context.Context, values settings.Values, instance string) (*types.Project, error) {
	env := types.Mapping(d.environment(values, instance))
	details := types.ConfigDetails{WorkingDir: d.dir, Environment: env}
	for _, f := range d.files {
		details.ConfigFiles = append(details.ConfigFiles, types.ConfigFile{Filename: f.path, Content: f.data})
	}
	project, err := loader.LoadWithContext(ctx, details, func(o *loader.Options) {
		o.SetProjectName(d.projectName(), true)
		o.Profiles = d.profiles
		o.Interpolate = &interpolation.Options{
			Substitute:      substitute,
			LookupValue:     details.LookupEnv,
			TypeCastMapping: o.Interpolate.TypeCastMapping,
		}
		// A user's file was validated when it was read, a built-in one by the tests.
		o.SkipValidation, o.SkipConsistencyCheck, o.SkipNormalization = true, true, true
		o.SkipResolveEnvironment, o.SkipResolveLabels = true, true
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %s", d.files[0].path, composeError(err))
	}
	return project, nil
}

func (d *Definition) projectName() string {
	if d.Project != "" {
		return d.Project
	}
	return loader.NormalizeProjectName(d.Name)
}

// environment is what "${…}" in the files stands for: the settings by name, "-" written as "_" since a variable has no
// "-", before the user's environment. A setting that does not apply is empty.
func (d *Definition) environment(values settings.Values, instance string) map[string]string {
	env := maps.Clone(d.env)
	if env == nil {
		env = map[string]string{}
	}
	for name := range values {
		env[variable(name)] = values.Text(name)
	}
	env["instance"] = instance
	return env
}

func (d *Definition) lookup(values settings.Values, instance string) template.Mapping {
	env := d.environment(values, instance)
	return func(name string) (string, bool) {
		v, ok := env[name]
		return v, ok
	}
}

// variable is the name that a setting has in the Compose files.
func variable(setting string) string { return strings.ReplaceAll(setting, "-", "_") }

// substitute interpolates as Compose does, without its log line for every variable that is not set.
func substitute(s string, mapping template.Mapping) (string, error) {
	return template.SubstituteWithOptions(s, mapping, template.WithoutLogging)
}
