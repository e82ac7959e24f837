package service

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/internal/settings"
)

// chosen makes flags of "port=8080 network=host".
func chosen(words string) map[string]string {
	flags := map[string]string{}
	for word := range strings.FieldsSeq(words) {
		key, value, _ := strings.Cut(word, "=")
		flags[key] = value
	}
	return flags
}

func wantsOf(t *testing.T, d *Definition, src settings.Sources) []port.Requirement {
	t.Helper()
	values, _, err := d.Resolve(src)
	if err != nil {
		t.Fatal(err)
	}
	wants, err := d.Wants(values)
	if err != nil {
		t.Fatal(err)
	}
	return wants
}

// TestGPUStackPorts holds which ports the server and the worker want under which condition.
func TestGPUStackPorts(t *testing.T) {
	const gateway = " 9876 15000 15010 15012 15020 15021 15051 15090 18443 8888"
	tests := []struct {
		name, service, flags string
		want                 string // first ports of the wants, in any order
	}{
		{"bridge", "gpustack", "", "80"},
		{"bridge, other port", "gpustack", "port=8080", "8080"},
		{"bridge, TLS", "gpustack", "ssl-certfile=a ssl-keyfile=b", "80 443"},
		{"bridge, metrics on request", "gpustack", "publish-metrics=true", "80 10161"},
		{"bridge, metrics on request and none", "gpustack", "publish-metrics=true disable-metrics=true", "80"},
		{"bridge, an inner port is no matter of the host", "gpustack", "api-port=9000 database-port=80", "80"},
		{"host", "gpustack", "network=host", "80 30080 30079 5432 10161 19090 13000" + gateway},
		{"host, TLS", "gpustack", "network=host ssl-certfile=a ssl-keyfile=b", "80 443 30080 30079 5432 10161 19090 13000" + gateway},
		{"host, TLS port without TLS (gpustack#4127)", "gpustack", "network=host tls-port=8443", "80 30080 30079 5432 10161 19090 13000" + gateway},
		{"host, own database", "gpustack", "network=host database-url=postgresql://x", "80 30080 30079 10161 19090 13000" + gateway},
		{"host, no observability", "gpustack", "network=host disable-builtin-observability=true", "80 30080 30079 5432 10161" + gateway},
		{"host, own Grafana", "gpustack", "network=host grafana-url=http://g", "80 30080 30079 5432 10161" + gateway},
		{"host, no metrics", "gpustack", "network=host disable-metrics=true", "80 30080 30079 5432 19090 13000" + gateway},
		{"host, no gateway", "gpustack", "network=host gateway-mode=disabled", "80 30080 30079 5432 10161 19090 13000"},
		{"host, gateway elsewhere", "gpustack", "network=host gateway-mode=external", "80 30080 30079 5432 10161 19090 13000"},
		{"host, with a worker", "gpustack", "network=host enable-worker=true", "80 30080 30079 5432 10161 19090 13000 10150 10151 40000 41000" + gateway},
		{"host, v2.0.0 with its worker", "gpustack", "network=host version=v2.0.0", "80 8080 5432 10161 10150 10151 40000 41000 15004" + gateway},
		{"host, v2.0.0 without", "gpustack", "network=host version=v2.0.0 disable-worker=true", "80 8080 5432 10161 15004" + gateway},
		{"host, v2.0.1", "gpustack", "network=host version=v2.0.1", "80 10150 10151 8080 5432 10161" + gateway},
		{"host, v2.0.2", "gpustack", "network=host version=v2.0.2", "80 10150 10151 30080 5432 10161" + gateway},
		{"host, v2.1.0", "gpustack", "network=host version=v2.1.0", "80 10150 10151 30080 5432 10161 9090 3000" + gateway},
		{"host, v2.1.0 without observability", "gpustack", "network=host version=v2.1.0 disable-builtin-observability=true", "80 10150 10151 30080 5432 10161" + gateway},
		{"host, v2.1.1", "gpustack", "network=host version=v2.1.1", "80 10150 10151 30080 5432 10161 19090 13000" + gateway},
		{"host, v2.1.1 again", "gpustack", "network=host version=v2.1.1 installed=true", "80 30080 5432 10161 19090 13000" + gateway},
		{"host, v2.1.1 without a worker", "gpustack", "network=host version=v2.1.1 disable-worker=true", "80 30080 5432 10161 19090 13000" + gateway},
		{"host, v2.2.0", "gpustack", "network=host version=v2.2.0", "80 30080 30079 5432 10161 19090 13000" + gateway},
		{"worker", "gpustack-worker", "", "10150 10151 40000 41000"},
		{"worker without metrics", "gpustack-worker", "disable-worker-metrics=true", "10150 40000 41000"},
		{"worker, other ranges", "gpustack-worker", "service-port-range=50000-50063 ray-port-range=61000-61999", "10150 10151 50000 61000"},
		{"worker, v2.0.0", "gpustack-worker", "version=v2.0.0", "10150 10151 40000 41000 8080 15004" + gateway},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, err := Lookup(tt.service)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, w := range wantsOf(t, d, settings.Sources{Flags: chosen(tt.flags)}) {
				got = append(got, port.Single(w.Ports.First).String())
			}
			want := strings.Fields(tt.want)
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Errorf("got  %v\nwant %v", got, want)
			}
		})
	}
}

// TestGPUStackContainerSide holds that in bridge mode the host's port is the user's and the container's the one that GPUStack
// reads for itself.
func TestGPUStackContainerSide(t *testing.T) {
	file := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(file, []byte("port: 9090\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name         string
		src          settings.Sources
		host, inside uint16
	}{
		{"defaults", settings.Sources{}, 80, 80},
		{"flag", settings.Sources{Flags: chosen("port=8080")}, 8080, 80},
		{"file", settings.Sources{ConfigFile: file}, 9090, 9090},
		{"flag and file", settings.Sources{ConfigFile: file, Flags: chosen("port=8080")}, 8080, 9090},
		{"file that the environment names", settings.Sources{LookupEnv: func(name string) (string, bool) {
			return file, name == "GPUSTACK_CONFIG_FILE"
		}}, 9090, 9090},
		{"the container's environment over its file", settings.Sources{ConfigFile: file, Flags: chosen("port=8080"),
			ContainerEnv: map[string]string{"GPUSTACK_PORT": "7070"}}, 8080, 7070},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, err := Lookup("gpustack")
			if err != nil {
				t.Fatal(err)
			}
			w := wantsOf(t, d, tt.src)[0]
			if w.Ports.First != tt.host || w.Target.First != tt.inside {
				t.Errorf("publishes %v:%v, want %d:%d", w.Ports, w.Target, tt.host, tt.inside)
			}
		})
	}
}

// TestBuiltinWants holds what the wants say of themselves, of every built-in service.
func TestBuiltinWants(t *testing.T) {
	for _, name := range Names() {
		t.Run(name, func(t *testing.T) {
			d, err := Lookup(name)
			if err != nil {
				t.Fatal(err)
			}
			if d.About.English == "" || d.About.Chinese == "" || d.Ready == nil || len(d.Identity.Images) == 0 || d.Instance == "" {
				t.Errorf("the definition lacks something that a built-in one has: %+v", d)
			}
			for _, s := range d.Settings {
				if s.About.English == "" || s.About.Chinese == "" || (s.Follow.English == "") != (s.Follow.Chinese == "") {
					t.Errorf("setting %s says nothing about itself", s.Name)
				}
			}
			wants := wantsOf(t, d, settings.Sources{})
			if len(wants) == 0 {
				t.Fatal("nothing is wanted")
			}
			for _, w := range wants {
				if w.Name == "" || w.About.English == "" || w.About.Chinese == "" || w.Service != name || w.Setting == "" || w.Origin.Kind != "default" {
					t.Errorf("%+v lacks something", w)
				}
			}
		})
	}
}

func TestLookupUnknown(t *testing.T) {
	for name, want := range map[string]string{
		"gpustak":  `unknown service "gpustak": did you mean "gpustack"?`,
		"postgres": `unknown service "postgres": use one of gitea, gpustack, gpustack-worker, open-webui`,
		"../x":     `unknown service "../x": use one of gitea, gpustack, gpustack-worker, open-webui`,
	} {
		if _, err := Lookup(name); err == nil || err.Error() != want {
			t.Errorf("%s: got %v, want %s", name, err, want)
		}
	}
}

// TestGPUStackConfig holds that what GPUStack's documentation has in a configuration file is known, and a slip is not.
func TestGPUStackConfig(t *testing.T) {
	tests := []struct{ name, service, config, want string }{
		{"server", "gpustack", "debug: false\ndata_dir: /var/lib/gpustack\nport: 8080\nssl_keyfile: /k\nssl_certfile: /c\n" +
			"bootstrap_password: x\ndisable_update_check: true\ntoken: t\nsystem_reserved: {ram: 2, vram: 1}\nallow_origins: ['*']\n", ""},
		{"worker", "gpustack-worker", "server_url: http://a\ntoken: t\nworker_ip: 192.0.2.7\nworker_port: 10250\nresources: {}\n", ""},
		{"slip", "gpustack", "prot: 8080\n", "unknown-key prot port"},
		{"certificate's port without a certificate", "gpustack", "tls_port: 8443\n", "no-effect 8443 ssl_certfile"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "config.yaml")
			if err := os.WriteFile(file, []byte(tt.config), 0o600); err != nil {
				t.Fatal(err)
			}
			d, err := Lookup(tt.service)
			if err != nil {
				t.Fatal(err)
			}
			_, notes, err := d.Resolve(settings.Sources{ConfigFile: file})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, n := range notes {
				got = append(got, string(n.Kind), n.Given, n.Likely+n.Needs)
			}
			if s := strings.Join(got, " "); s != tt.want {
				t.Errorf("got %q, want %q", s, tt.want)
			}
		})
	}
}
