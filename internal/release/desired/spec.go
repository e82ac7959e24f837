package desired

import (
	"context"
	"maps"

	"github.com/compose-spec/compose-go/v2/types"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/internal/release/adopt"
	"github.com/safeport/safeport/internal/release/engine"
	"github.com/safeport/safeport/internal/release/journal"
	"github.com/safeport/safeport/internal/service/composefile"
	"github.com/safeport/safeport/internal/settings"
)

// Spec is what the user asked a release to be.
type Spec struct {
	Definition *composefile.Definition
	Instance   string
	Settings   map[string]string // chosen now
	Kept       map[string]string // chosen for the serving release, where nothing else is chosen now
	LookupEnv  func(string) (string, bool)
	ConfigFile string            // the service's own; empty: the one that the serving release reads
	Images     map[string]string // references instead of the definition's, by service; "" is the service that answers
	Env        map[string]string // for the container, beyond the settings
	Before     *journal.Release  // that serves; nil: none that safeport made
}

// Target is a release that is to be.
type Target struct {
	Definition  *composefile.Definition
	Instance    string
	Service     string // of the project: the one that answers
	Version     string // that it has to answer as; empty: any
	Image       string
	Settings    map[string]string // that were chosen, now or before
	ConfigFile  string
	Values      settings.Values
	Notes       []settings.Note
	Before      settings.Values                 // of the serving release
	Redefined   bool                            // the user's Compose files have changed since
	Redefines   message.Phrases                 // in what
	Untold      bool                            // what they were then is not known: the journal was lost
	Asked       map[string]map[adopt.Trait]bool // what the wish changes, by service
	Env         map[string]string
	Wants       []port.Requirement
	Project     *types.Project
	Numbered    adopt.Numbered
	Keeps       []journal.Container // of the serving release, that go on running in this one
	Defined     string              // the project as the definition makes it; empty for a built-in one
	Ready       journal.Ready
	ReadyBefore journal.Ready // how the serving release shows that it serves
	WaitSaid    bool          // by the user: how long the health of the containers may take does not count
}

// Target finds out what the spec comes to. Of the serving release everything stays that the spec does not change: what the
// definition made of it is made anew, and what somebody added by hand is carried over.
func (w Spec) Target(ctx context.Context, serving []engine.Serving) (*Target, error) {
	w.keepVersion(serving)
	src := w.sources(serving)
	src.Flags, src.LookupEnv = engine.Merged(w.Kept, w.Settings), w.LookupEnv
	t, err := w.resolve(ctx, src, serving)
	if err != nil {
		return nil, err
	}
	var defined *types.Project // as the user's files made it for the serving release: they may have changed since
	if w.Before != nil && w.Before.Defined != "" {
		if defined, err = readProject(ctx, w.Before.Defined, w.Instance); err != nil {
			return nil, err
		}
	}
	images, err := w.chosenImages(t, serving, w.Before, defined)
	if err != nil {
		return nil, err
	}
	t.use(images)
	if len(serving) == 0 {
		return t, nil
	}
	if err := t.refuseOthers(w, serving); err != nil {
		return nil, err
	}
	src.Flags, src.LookupEnv = w.Kept, nil
	src.ConfigFile = adopt.Readable(adopt.ConfigFileOf(w.Definition.Config, serving[0]))
	before := w
	before.Env = nil
	old, err := before.resolve(ctx, src, serving)
	if err != nil {
		return nil, message.Errorf("reading the start options of %s: %w", serving[0].Container.Name, err)
	}
	t.Before, t.ReadyBefore, t.Env, t.Asked = old.Values, old.Ready, w.Env, t.requestedChanges(old.Project)
	if defined != nil {
		old.Project, old.Defined = defined, w.Before.Defined
	}
	t.Untold = w.Before != nil && w.Before.Defined == "" && t.Defined != ""
	if t.Redefined = t.Defined != old.Defined; t.Redefined {
		t.Redefines = redefined(t.Defined, old.Defined)
	}
	c := adopt.Carrier{Project: t.Project, Instance: t.Instance, Main: t.Service, Flags: t.ChosenFlags(), ByFiles: t.Untold}
	err = c.Carry(serving, old.Project)
	t.Numbered = c.Numbered
	return t, err
}

// use puts the images that were chosen in the place of the definition's.
func (t *Target) use(images map[string]string) {
	for name, image := range images {
		s := t.Project.Services[name]
		s.Image = image
		t.Project.Services[name] = s
	}
	t.Image = t.Project.Services[t.Service].Image
	t.Version = VersionOf(t.Image)
}

// keepVersion keeps the version that serves when no other is wished.
func (w *Spec) keepVersion(serving []engine.Serving) {
	if !w.pinned(serving, w.Before) {
		return
	}
	version := VersionOf(serving[0].Inspect.Config.Image)
	for _, s := range w.Definition.Settings {
		if s.Name == "version" && version != "" && (s.Least == "" || settings.CompareVersions(version, s.Least) >= 0) {
			w.Kept = engine.Merged(w.Kept, map[string]string{"version": version})
		}
	}
}

// sources are the places where settings are chosen, but for the command line and the environment.
func (w Spec) sources(serving []engine.Serving) settings.Sources {
	src := settings.Sources{ConfigFile: w.ConfigFile, ContainerEnv: maps.Clone(w.Env)}
	if len(serving) == 0 {
		return src
	}
	Shown(&src, w.Definition, serving[0])
	return src
}

// Shown adds what a container shows of how its settings were chosen.
func Shown(src *settings.Sources, d *composefile.Definition, first engine.Serving) {
	src.Existing, src.ExistingName = d.Existing(first.Container), first.Container.Name
	src.ContainerEnv = engine.Merged(adopt.ContainerEnv(d.Settings, first.Container), src.ContainerEnv)
	if src.ConfigFile == "" {
		src.ConfigFile = adopt.Readable(adopt.ConfigFileOf(d.Config, first))
	}
}

func (w Spec) resolve(ctx context.Context, src settings.Sources, serving []engine.Serving) (*Target, error) {
	values, notes, err := w.Definition.Resolve(src)
	if err != nil {
		return nil, err
	}
	wants, err := w.Definition.Wants(values)
	if err != nil {
		return nil, err
	}
	p, err := w.Definition.Compose(ctx, values, w.Instance)
	if err != nil {
		return nil, err
	}
	if p, err = complete(p); err != nil {
		return nil, err
	}
	t := &Target{
		Definition: w.Definition, Instance: w.Instance, Settings: src.Flags, ConfigFile: src.ConfigFile,
		Values: values, Notes: notes, Wants: wants, Project: p, Service: MainService(w.Definition, p),
	}
	t.applySettings(serving)
	if !w.Definition.BuiltIn {
		text, err := withSums(t.Project).MarshalYAML()
		if err != nil {
			return nil, message.Errorf("writing the project of %s: %w", w.Instance, err)
		}
		t.Defined = string(text)
	}
	main := p.Services[t.Service]
	for name, value := range w.Env {
		main.Environment[name] = &value
	}
	p.Services[t.Service] = main
	t.Ready = readiness(w.Definition, wants)
	return t, nil
}
