package composefile

import (
	"cmp"
	"context"
	"maps"
	"path/filepath"
	"slices"

	"github.com/compose-spec/compose-go/v2/consts"
	"github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/template"
	"github.com/compose-spec/compose-go/v2/types"

	"github.com/safeport/safeport/internal/service"
	"github.com/safeport/safeport/internal/settings"
)

// Compose is the Compose project that the definition makes for the values, as an instance of that name. A published port
// whose setting does not apply is not in it.
func (d *Definition) Compose(ctx context.Context, values settings.Values, instance string) (*types.Project, error) {
	project, err := d.collapsed(ctx, values, instance)
	if err != nil {
		return nil, err
	}
	for name, s := range project.Services {
		s.Ports = spread(s.Ports)
		project.Services[name] = s
	}
	return project, nil
}

// collapsed is the same, with one entry for each long range of ports.
func (d *Definition) collapsed(ctx context.Context, values settings.Values, instance string) (*types.Project, error) {
	project, err := d.load(ctx, values, instance, false)
	if err != nil {
		return nil, err
	}
	entries := d.portEntries(d.lookup(values, instance))
	for name, s := range project.Services {
		s.Ports = once(slices.DeleteFunc(s.Ports, func(p types.ServicePortConfig) bool {
			e := entries.of(name, p)
			return e != nil && !d.published(p, e).Applies(values)
		}))
		project.Services[name] = s
	}
	return project, nil
}

// load runs the Compose loader over the files. A user's files are validated once, when they are read, the built-in ones
// by the tests: Compose's schema alone costs 17 ms in a fresh process.
func (d *Definition) load(ctx context.Context, values settings.Values, instance string, validate bool) (*types.Project, error) {
	details := types.ConfigDetails{WorkingDir: d.dir, Environment: d.environment(values, instance)}
	for _, s := range d.Settings {
		// An empty "host_ip:" is every address, but validation calls it none. What it validates is not used further.
		if v := service.Variable(s.Name); validate && s.Type == settings.Address && details.Environment[v] == "" {
			details.Environment[v] = "0.0.0.0"
		}
	}
	for _, f := range d.files {
		details.ConfigFiles = append(details.ConfigFiles, types.ConfigFile{Filename: d.absolute(f.path), Content: f.compose})
	}
	options := func(o *loader.Options) {
		o.SetProjectName(d.projectName())
		o.Profiles = d.profiles
		o.Interpolate.Substitute = substitute
		o.SkipValidation, o.SkipConsistencyCheck, o.SkipNormalization = !validate, !validate, !validate
		// What "env_file" and "label_file" bring in does not touch ports.
		o.SkipResolveEnvironment, o.SkipResolveLabels = true, true
		o.PruneUnnecessaryResources = true // volumes and networks of services that are switched off are not wanted
	}
	if ctx.Done() == nil {
		return d.loadDetails(ctx, details, options, instance, validate)
	}
	// Compose's loader asks the context now and then only. What it is left with ends by itself: its input is bounded.
	type result struct {
		project *types.Project
		err     error
	}
	done := make(chan result, 1)
	go func() {
		project, err := d.loadDetails(ctx, details, options, instance, validate)
		done <- result{project, err}
	}()
	select {
	case r := <-done:
		return r.project, r.err
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

func (d *Definition) loadDetails(ctx context.Context, details types.ConfigDetails, options func(*loader.Options), instance string, validate bool) (*types.Project, error) {
	var project *types.Project
	dict, err := loader.LoadModelWithContext(ctx, details, options)
	if err == nil && !validate {
		// What has no name of its own is called after the instance, as Compose calls it after the project.
		dict["name"] = instance
		dict, err = loader.Normalize(dict, details.Environment)
	}
	if err == nil {
		o := loader.ToOptions(&details, []func(*loader.Options){options})
		o.SetProjectName(details.Environment[consts.ComposeProjectName], true) // the loader has found it out
		project, err = loader.ModelToProject(dict, o, details)
	}
	if err != nil {
		return nil, d.located(err)
	}
	return project, nil
}

// absolute is a path as the Compose loader needs it; a built-in file has none.
func (d *Definition) absolute(path string) string {
	if d.BuiltIn || path == stdin {
		return path
	}
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}

// projectName is the Compose project's name, and whether that is final: a "name:" in the files weighs more than the
// directory, and COMPOSE_PROJECT_NAME more than both, and what was said more than that.
func (d *Definition) projectName() (string, bool) {
	if d.BuiltIn {
		return loader.NormalizeProjectName(d.Name), true
	}
	if name := cmp.Or(d.Project, d.source.Name, d.env[consts.ComposeProjectName]); name != "" {
		return name, true
	}
	return loader.NormalizeProjectName(filepath.Base(d.dir)), false
}

// environment is what "${…}" in the files stands for: the settings before the user's environment.
func (d *Definition) environment(values settings.Values, instance string) map[string]string {
	env := maps.Clone(d.env)
	if env == nil {
		env = map[string]string{}
	}
	maps.Copy(env, service.Variables(values, instance))
	return env
}

func (d *Definition) lookup(values settings.Values, instance string) template.Mapping {
	return mapping(d.environment(values, instance))
}

// substitute interpolates as Compose does, without its log line for every variable that is not set.
func substitute(s string, mapping template.Mapping) (string, error) {
	return template.SubstituteWithOptions(s, mapping, template.WithoutLogging)
}
