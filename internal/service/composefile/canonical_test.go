package composefile

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"go.yaml.in/yaml/v4"

	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/internal/service"
	"github.com/safeport/safeport/internal/settings"
)

var rewrite = flag.Bool("rewrite", false, "write the built-in services in their canonical form anew")

// TestCanonicalForm holds that the canonical form of each built-in service is what its Compose file says today. After a
// change of the file, "go test ./internal/service/composefile -run CanonicalForm -rewrite" writes it.
func TestCanonicalForm(t *testing.T) {
	for _, name := range service.Names() {
		t.Run(name, func(t *testing.T) {
			file, want := "../builtin/"+name+".json", canonical(t, name)
			if *rewrite {
				if err := os.WriteFile(file, want, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			got, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("%s is not what %s.yaml says: see the comment on this test", file, name)
			}
		})
	}
}

// TestCanonicalReadsAsComposeDoes holds that compose-go reads from the Compose file the very same as is made of the
// canonical form without it, whatever is chosen: all that touches the host, and each want.
func TestCanonicalReadsAsComposeDoes(t *testing.T) {
	for _, name := range service.Names() {
		t.Run(name, func(t *testing.T) {
			byCompose, err := Lookup(name)
			if err != nil {
				t.Fatal(err)
			}
			byForm, err := service.Lookup(name)
			if err != nil {
				t.Fatal(err)
			}
			exactly := []cmp.Option{cmpopts.EquateEmpty(), cmpopts.IgnoreFields(service.Definition{}, "Source"), cmpopts.EquateComparable(port.Range{})}
			if diff := cmp.Diff(byCompose.Definition, byForm, exactly...); diff != "" {
				t.Fatalf("Compose (-), canonical form (+):\n%s", diff)
			}
			models := map[string]bool{}
			for seed := range 300 {
				chosen := choices(rand.New(rand.NewPCG(uint64(seed), 13)), byForm.Settings, seed)
				values, _, err := byForm.Resolve(settings.Sources{Flags: chosen})
				if err != nil {
					continue // half of a pair of settings
				}
				theirs, theirError := byCompose.Model(values, "blue")
				ours, ourError := byForm.Source.Model(values, "blue")
				if diff := cmp.Diff(theirs, ours, exactly...); diff != "" || theirError != nil || ourError != nil {
					t.Fatalf("%v: Compose %v, canonical form %v\nCompose (-), canonical form (+):\n%s", chosen, theirError, ourError, diff)
				}
				theirWants, theirError := byCompose.Wants(values)
				ourWants, ourError := byForm.Wants(values)
				if fmt.Sprint(theirWants, theirError) != fmt.Sprint(ourWants, ourError) && describe(theirWants) != describe(ourWants) {
					t.Fatalf("%v: Compose wants\n%s%v\nthe canonical form\n%s%v", chosen, describe(theirWants), theirError, describe(ourWants), ourError)
				}
				steps := service.Trace{Files: byForm.LegacyFiles()}
				if diff := cmp.Diff(byCompose.LegacySteps(steps, values, "blue"), byForm.LegacySteps(steps, values, "blue")); diff != "" {
					t.Fatalf("%v: steps:\n%s", chosen, diff)
				}
				models[fmt.Sprint(ours)] = true
			}
			if len(models) < 50 {
				t.Errorf("%d different models are too few to compare", len(models))
			}
		})
	}
}

// choices are values for some of the settings: none for the first seed.
func choices(r *rand.Rand, list []settings.Setting, seed int) map[string]string {
	chosen := map[string]string{}
	for _, s := range list {
		if seed == 0 || r.IntN(3) > 0 {
			continue
		}
		of := map[settings.Type][]string{
			settings.Port: {"8081", "1", "65535"}, settings.Range: {"50000-51999", "20000-21000"}, settings.Bool: {"true", "false"},
			settings.Address: {"127.0.0.1", "::1", "0.0.0.0"}, settings.Version: {"v2.0.0", "v2.0.1", "v2.0.2", "v2.1.0", "v2.1.1", "v2.2.0", "latest"},
			settings.Choice: s.Choices, settings.Text: {"a", "x${y}", "a b"}, settings.Path: {"/a", "b.crt"},
		}[s.Type]
		chosen[s.Name] = of[r.IntN(len(of))]
	}
	return chosen
}

// canonical is the canonical form of a built-in service.
func canonical(t *testing.T, name string) []byte {
	t.Helper()
	d, err := Lookup(name)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(struct {
		*service.Definition
		Template service.Template
	}{d.Definition, templateOf(t, d)})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := json.Indent(&out, withoutZeros(t, text), "", " "); err != nil {
		t.Fatal(err)
	}
	return append(out.Bytes(), '\n')
}

// builtinFile is as much of Compose's syntax as the built-in files use. More of it is refused: whoever uses more has to
// teach it to [service.Template] too.
type builtinFile struct {
	Name     string
	Services map[string]struct {
		Image       string
		Container   string `yaml:"container_name"`
		Restart     string
		NetworkMode string `yaml:"network_mode"`
		Privileged  bool
		Ports       []struct {
			Name, Target, Published, Protocol string
			HostIP                            string    `yaml:"host_ip"`
			About                             yaml.Node `yaml:"x-about"`
			When                              yaml.Node `yaml:"x-when"`
			Web                               bool      `yaml:"x-web"`
		}
		Volumes     []string
		Environment map[string]string
		ExtraHosts  []string `yaml:"extra_hosts"`
		Command     []string
	}
	Volumes map[string]struct{ Name string }
	Section yaml.Node `yaml:"x-safeport"`
}

// templateOf is the model of a built-in service with its variables, read from the file without Compose.
func templateOf(t *testing.T, d *Definition) service.Template {
	t.Helper()
	text, err := service.ComposeFile(d.Name)
	if err != nil {
		t.Fatal(err)
	}
	var file builtinFile
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.KnownFields(true)
	if err := decoder.Decode(&file); err != nil {
		t.Fatal(err)
	}
	values, _, err := d.Resolve(settings.Sources{})
	if err != nil {
		t.Fatal(err)
	}
	m, err := d.Model(values, d.Instance) // for what has no variables in it
	if err != nil {
		t.Fatal(err)
	}
	entries := d.portEntries(d.lookup(values, d.Instance)).list
	m.Volumes = nil
	for _, key := range slices.Sorted(maps.Keys(file.Volumes)) {
		m.Volumes = append(m.Volumes, file.Volumes[key].Name)
	}
	for i := range m.Parts {
		p := &m.Parts[i]
		s := file.Services[p.Name]
		p.Image, p.ContainerName, p.NetworkMode, p.Command, p.Env, p.Published, p.Networks = s.Image, s.Container, s.NetworkMode, s.Command, nil, nil, nil
		p.Rights.Image = ""
		if p.NetworkMode == "" {
			p.Networks = []port.Network{{Name: "${instance}_default"}}
		}
		for _, key := range slices.Sorted(maps.Keys(s.Environment)) {
			p.Env = append(p.Env, key+"="+s.Environment[key])
		}
		for _, e := range s.Ports {
			at := &entries[0]
			entries = entries[1:]
			made := service.Published{
				Name: e.Name, Target: e.Target, Published: e.Published, HostIP: e.HostIP, Protocol: e.Protocol, Web: e.Web,
				Where: at.where, Entry: at.rank + 1, Settings: d.settingsOf(at), When: at.when,
			}
			if made.Protocol == "" {
				made.Protocol = "tcp"
			}
			if err := (reader{}).words(&made.About)(&e.About); err != nil {
				t.Fatal(err)
			}
			p.Published = append(p.Published, made)
		}
	}
	return service.Template(*m)
}

// withoutZeros leaves out what is empty, in a JSON text whose objects keep their order.
func withoutZeros(t *testing.T, text []byte) []byte {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	next := func() json.Token {
		token, err := d.Token()
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	var value func() []byte
	value = func() []byte {
		token := next()
		var items [][]byte
		switch token {
		case json.Delim('{'):
			for d.More() {
				key, err := json.Marshal(next())
				if err != nil {
					t.Fatal(err)
				}
				if v := value(); v != nil {
					items = append(items, slices.Concat(key, []byte(":"), v))
				}
			}
			next()
			if items == nil {
				return nil
			}
			return slices.Concat([]byte("{"), bytes.Join(items, []byte(",")), []byte("}"))
		case json.Delim('['):
			for d.More() {
				v := value()
				if v == nil {
					v = []byte(`""`) // only texts may be empty in a list
				}
				items = append(items, v)
			}
			next()
			if items == nil {
				return nil
			}
			return slices.Concat([]byte("["), bytes.Join(items, []byte(",")), []byte("]"))
		case "", false, json.Number("0"), nil:
			return nil
		}
		var out bytes.Buffer
		e := json.NewEncoder(&out)
		e.SetEscapeHTML(false)
		if err := e.Encode(token); err != nil {
			t.Fatal(err)
		}
		return bytes.TrimSpace(out.Bytes())
	}
	return value()
}
