package settings

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/safeport/safeport/internal/port"
)

// list is a small service with one setting of each kind.
func list(t *testing.T) []Setting {
	t.Helper()
	return []Setting{
		{Name: "version", Type: Version, Defaults: []Choose{{Value: "v2.2.3"}}, Least: "v2.0.0", Newest: "v2.3.0"},
		{Name: "port", Flag: "port", Env: "GPUSTACK_PORT", Key: "port", Type: Port, Defaults: []Choose{{Value: "80"}}},
		{Name: "tls-port", Flag: "tls-port", Env: "GPUSTACK_TLS_PORT", Key: "tls_port", Type: Port,
			Defaults: []Choose{{Value: "443"}}, When: condition(t, "cert", "key")},
		{Name: "cert", Flag: "cert", Env: "GPUSTACK_CERT", Key: "cert", Type: Path, With: "key"},
		{Name: "key", Flag: "key", Env: "GPUSTACK_KEY", Key: "key", Type: Path, With: "cert"},
		{Name: "api-port", Flag: "api-port", Key: "api_port", Type: Port,
			Defaults: []Choose{{Value: "8080", When: condition(t, "version < 2.0.2")}, {Value: "30080"}}},
		{Name: "ray", Flag: "ray", Env: "GPUSTACK_RAY", Key: "ray", Type: Range, Defaults: []Choose{{Value: "41000-41999"}},
			Size: []Choose{{Value: "1000", When: condition(t, "version < 2.0.1")}, {Value: "20"}}},
		{Name: "quiet", Flag: "quiet", Env: "GPUSTACK_QUIET", Key: "quiet", Type: Bool},
		{Name: "mode", Key: "mode", Type: Choice, Choices: []string{"auto", "off"}, Defaults: []Choose{{Value: "auto"}}},
		{Name: "address", Flag: "address", Type: Address},
	}
}

func condition(t *testing.T, terms ...string) Condition {
	t.Helper()
	var c Condition
	for _, s := range terms {
		term, err := ParseTerm(s)
		if err != nil {
			t.Fatal(err)
		}
		c = append(c, term)
	}
	return c
}

func lookup(env map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		v, ok := env[name]
		return v, ok
	}
}

// resolve runs [Resolve] in a directory of its own, where the configuration file is "config.yaml".
func resolve(t *testing.T, src Sources, env map[string]string, config string) (Values, []Note, error) {
	t.Helper()
	src.LookupEnv = lookup(env)
	if config != "" {
		t.Chdir(t.TempDir())
		src.ConfigFile = "config.yaml"
		if err := os.WriteFile(src.ConfigFile, []byte(config), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return Resolve(list(t), src)
}

func TestOrder(t *testing.T) {
	flag := map[string]string{"port": "1001"}
	env := map[string]string{"GPUSTACK_PORT": "1002"}
	file := "# comment\nport: 1003\n"
	existing := map[string]string{"port": "1004"}
	tests := []struct {
		name       string
		src        Sources
		env        map[string]string
		config     string
		text       string
		origin     port.Origin
		overridden []string
	}{
		{"nothing", Sources{}, nil, "", "80", port.Origin{Kind: "default"}, nil},
		{"existing", Sources{Existing: existing, ExistingName: "koko"}, nil, "", "1004",
			port.Origin{Kind: "existing", Where: "koko"}, []string{"80"}},
		{"file over existing", Sources{Existing: existing}, nil, file, "1003",
			port.Origin{Kind: "file", Where: "config.yaml:2"}, []string{"1004", "80"}},
		{"environment over file", Sources{Existing: existing}, env, file, "1002",
			port.Origin{Kind: "env", Where: "GPUSTACK_PORT"}, []string{"1003", "1004", "80"}},
		{"flag over all", Sources{Flags: flag, Existing: existing}, env, file, "1001",
			port.Origin{Kind: "flag", Where: "--port"}, []string{"1002", "1003", "1004", "80"}},
		{"existing that makes no sense", Sources{Existing: map[string]string{"port": "http"}}, nil, "", "80", port.Origin{Kind: "default"}, nil},
		{"overridden ones are not judged", Sources{Flags: flag}, map[string]string{"GPUSTACK_PORT": "abc"}, "port: [1, 2]\n", "1001",
			port.Origin{Kind: "flag", Where: "--port"}, []string{"abc", "", "80"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			values, _, err := resolve(t, tt.src, tt.env, tt.config)
			if err != nil {
				t.Fatal(err)
			}
			v := values["port"]
			var overridden []string
			for _, o := range v.Overridden {
				overridden = append(overridden, o.Text)
			}
			if v.Text != tt.text || v.Origin != tt.origin || !slices.Equal(overridden, tt.overridden) {
				t.Errorf("got %s from %v over %q, want %s from %v over %q", v.Text, v.Origin, overridden, tt.text, tt.origin, tt.overridden)
			}
		})
	}
}

func TestInside(t *testing.T) {
	tests := []struct {
		name   string
		src    Sources
		config string
		want   string
	}{
		{"default", Sources{}, "", "80"},
		{"the host's side is no matter", Sources{Flags: map[string]string{"port": "9000"}}, "", "80"},
		{"file", Sources{Flags: map[string]string{"port": "9000"}}, "port: 8081\n", "8081"},
		{"the container's environment over its file", Sources{ContainerEnv: map[string]string{"GPUSTACK_PORT": "8082"}}, "port: 8081\n", "8082"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			values, _, err := resolve(t, tt.src, nil, tt.config)
			if err != nil {
				t.Fatal(err)
			}
			if got := values["port"].Inside; got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func TestConditions(t *testing.T) {
	both := map[string]string{"cert": "a.crt", "key": "a.key"}
	tests := []struct {
		name    string
		flags   map[string]string
		setting string
		text    string
		applies bool
	}{
		{"no TLS", nil, "tls-port", "443", false},
		{"TLS", both, "tls-port", "443", true},
		{"default of an old version", map[string]string{"version": "v2.0.1"}, "api-port", "8080", true},
		{"default of the next", map[string]string{"version": "2.0.2"}, "api-port", "30080", true},
		{"default of a tag without a number", map[string]string{"version": "main"}, "api-port", "30080", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			values, notes, err := resolve(t, Sources{Flags: tt.flags}, nil, "")
			if err != nil || len(notes) > 0 {
				t.Fatal(err, notes)
			}
			if v := values[tt.setting]; v.Text != tt.text || v.Applies != tt.applies {
				t.Errorf("got %q, applies %v", v.Text, v.Applies)
			}
		})
	}
}

func TestErrors(t *testing.T) {
	flag := func(name, value string) Sources { return Sources{Flags: map[string]string{name: value}} }
	env := func(value string) map[string]string { return map[string]string{"GPUSTACK_PORT": value} }
	tests := []struct {
		name   string
		src    Sources
		env    map[string]string
		config string
		want   string // begins with the place, names the word
	}{
		{"flag above", flag("port", "70000"), nil, "", "--port: port 70000 is above 65535"},
		{"flag 0", flag("port", "0"), nil, "", "--port: port 0 is invalid"},
		{"flag no number", flag("port", "abc"), nil, "", `--port: "abc" is not a port`},
		{"flag that environment would take", flag("port", "+80"), nil, "", `--port: "+80" is not a port`},
		{"flag range for a port", flag("port", "80-81"), nil, "", `--port: "80-81" is a range`},
		{"flag port for a range", flag("ray", "41000"), nil, "", `--ray: "41000" is not a range, such as`},
		{"flag address", flag("address", "eth0"), nil, "", `--address: "eth0" is not an IP address`},
		{"setting without a flag", flag("mode", "on"), nil, "", `--set mode: "on" is not one of auto, off`},
		{"unknown setting", flag("tlsport", "1"), nil, "", `unknown setting "tlsport": did you mean "tls-port"?`},
		{"version too old", flag("version", "v0.7.1"), nil, "", "--set version: version v0.7.1 is older than v2.0.0"},
		{"version no tag", flag("version", "-x y"), nil, "", `--set version: "-x y" is not an image tag`},
		{"environment no number", Sources{}, env("abc"), "", `GPUSTACK_PORT: "abc" is not a port`},
		{"environment empty", Sources{}, env(""), "", "GPUSTACK_PORT: the variable is empty"},
		{"environment of Kubernetes", Sources{}, env("tcp://10.43.0.1:80"), "", "GPUSTACK_PORT: \"tcp://10.43.0.1:80\" was set by Kubernetes"},
		{"environment negative", Sources{}, env("-1"), "", "GPUSTACK_PORT: port -1 is invalid"},
		{"file above", Sources{}, nil, "debug: true\n\nport: 70000\n", "config.yaml:3: port: port 70000 is above 65535"},
		{"file null", Sources{}, nil, "port:\n", "config.yaml:1: port: the value is empty"},
		{"file text", Sources{}, nil, "port: http\n", `config.yaml:1: port: "http" is not a port`},
		{"file fraction", Sources{}, nil, "port: 80.5\n", `config.yaml:1: port: "80.5" is not a port`},
		{"file no", Sources{}, nil, "port: no\n", "config.yaml:1: port: no is read as 0"},
		{"file list", Sources{}, nil, "port: [80]\n", "config.yaml:1: port must be a single value"},
		{"file huge", Sources{}, nil, "port: 99999999999999999999999\n", "config.yaml:1: port: port 99999999999999999999999 is above"},
		{"file tag", Sources{}, nil, "port: !secret x\n", "config.yaml:1: port:"},
		{"file range backwards", Sources{}, nil, "ray: 42000-41000\n", "config.yaml:1: ray: range \"42000-41000\" runs backwards"},
		{"file range above", Sources{}, nil, "ray: 65000-66000\n", "config.yaml:1: ray: port 66000 is above"},
		{"file range empty", Sources{}, nil, "ray:\n", "config.yaml:1: ray is empty"},
		{"range too small", flag("ray", "41000-41018"), nil, "", "--ray: range 41000-41018 has 19 ports but requires 20: use 41000-41019"},
		{"range too small at the end", flag("ray", "65530-65535"), nil, "", "--ray: range 65530-65535 has 6 ports but requires 20: use 65516-65535"},
		{"range too small for an old version", Sources{Flags: map[string]string{"ray": "41000-41100", "version": "2.0.0"}}, nil, "",
			"--ray: range 41000-41100 has 101 ports but requires 1000"},
		{"half a pair", flag("cert", "a.crt"), nil, "", "--cert: cert also requires key: set both or neither (--key)"},
		{"half a pair in the file", Sources{}, nil, "\nkey: a.key\n", "config.yaml:2: key also requires cert"},
		{"file empty", Sources{}, nil, "# nothing\n", "config.yaml: the file is empty"},
		{"file a list", Sources{}, nil, "- port\n", "config.yaml:1: the file must map settings"},
		{"file syntax", Sources{}, nil, "port: 80\ntls: [\n", "config.yaml:3: did not find"},
		{"file two documents", Sources{}, nil, "port: 80\n---\nport: 81\n", "config.yaml:2: a second document"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, _, err := resolve(t, tt.src, tt.env, tt.config)
			if err == nil {
				t.Fatal("no error")
			}
			if s := err.Error(); !strings.HasPrefix(s, tt.want) || strings.Contains(s, "\n") {
				t.Errorf("got  %s\nwant %s…", s, tt.want)
			}
		})
	}
}

func TestMissingFile(t *testing.T) {
	for name, path := range map[string]string{
		"missing": filepath.Join(t.TempDir(), "none.yaml"), "directory": t.TempDir(), "device": "/dev/zero",
	} {
		t.Run(name, func(t *testing.T) {
			if _, _, err := Resolve(nil, Sources{ConfigFile: path}); err == nil || !strings.Contains(err.Error(), path) {
				t.Errorf("got %v, want an error that names %s", err, path)
			}
		})
	}
}

func TestNotes(t *testing.T) {
	file := func(where string) port.Origin { return port.Origin{Kind: "file", Where: where} }
	variable := func(name string) port.Origin { return port.Origin{Kind: "env", Where: name} }
	tests := []struct {
		name   string
		src    Sources
		env    map[string]string
		config string
		want   []Note
	}{
		{"plain", Sources{}, map[string]string{"GPUSTACK_PORT": "8080"}, "tls_port: 8443\ncert: a\nkey: b\n", nil},
		{"octal", Sources{}, nil, "port: 0120\n", []Note{{Kind: OddNumber, Setting: "port", Origin: file("config.yaml:1"), Given: "0120", Means: "80"}}},
		{"zeros in the environment", Sources{}, map[string]string{"GPUSTACK_PORT": "0120"}, "",
			[]Note{{Kind: OddNumber, Setting: "port", Origin: variable("GPUSTACK_PORT"), Given: "0120", Means: "120"}}},
		{"yes", Sources{}, map[string]string{"GPUSTACK_QUIET": "yes"}, "",
			[]Note{{Kind: OddBool, Setting: "quiet", Origin: variable("GPUSTACK_QUIET"), Given: "yes", Means: "false"}}},
		{"wrong key", Sources{}, nil, "debug: 1\nprot: 8080\n", []Note{
			{Kind: UnknownKey, Origin: file("config.yaml:1"), Given: "debug"},
			{Kind: UnknownKey, Origin: file("config.yaml:2"), Given: "prot", Likely: "port"}}},
		{"known other key", Sources{ConfigKeys: []string{"debug"}}, nil, "debug: 1\n", nil},
		{"key twice", Sources{}, nil, "port: 80\nport: 81\n",
			[]Note{{Kind: DuplicateKey, Setting: "port", Origin: file("config.yaml:2"), Given: "port"}}},
		{"newer than known", Sources{Flags: map[string]string{"version": "v2.9.9"}}, nil, "",
			[]Note{{Kind: NewVersion, Setting: "version", Origin: port.Origin{Kind: "flag", Where: "--set version"}, Given: "v2.9.9", Means: "v2.3.0"}}},
		{"a variant of the newest", Sources{Flags: map[string]string{"version": "v2.3.0-cpu"}}, nil, "", nil},
		{"without a number", Sources{Flags: map[string]string{"version": "main"}}, nil, "", nil},
		{"no effect", Sources{Flags: map[string]string{"tls-port": "8443"}}, nil, "",
			[]Note{{Kind: NoEffect, Setting: "tls-port", Origin: port.Origin{Kind: "flag", Where: "--tls-port"}, Given: "8443", Needs: "cert"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, notes, err := resolve(t, tt.src, tt.env, tt.config)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(notes, tt.want) {
				t.Errorf("got  %+v\nwant %+v", notes, tt.want)
			}
		})
	}
}

// TestMerge holds that keys come in by "<<" as PyYAML does it, and that their own lines are told.
func TestMerge(t *testing.T) {
	config := "base: &base {port: 81, quiet: yes}\nmore: &more\n  mode: off\n<<: [*base, *more]\nquiet: false\n"
	values, _, err := resolve(t, Sources{ConfigKeys: []string{"base", "more"}}, nil, strings.Replace(config, "mode: off", "mode: auto", 1))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, name := range []string{"port", "quiet", "mode"} {
		got[name] = values[name].Text + " " + values[name].Origin.Where
	}
	want := map[string]string{"port": "81 config.yaml:1", "quiet": "false config.yaml:5", "mode": "auto config.yaml:3"}
	if !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
