package systemd

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/safeport/safeport/internal/facts"
)

// scripts is the unit that the install script of GPUStack v0.7.1 writes.
const scripts = `[Unit]
Description=GPUStack Service
Wants=network-online.target
After=network-online.target

[Service]
EnvironmentFile=-/etc/default/%N
ExecStart=/root/.local/bin/gpustack start --port 9090 \
  --data-dir "/srv/gpu stack"
Restart=always
LimitNOFILE=65535
StandardOutput=append:/var/log/gpustack.log

[Install]
WantedBy=multi-user.target
`

// tree makes files below a new root. A value of "-> TARGET" makes a link.
func tree(t testing.TB, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		var err error
		if len(text) > 3 && text[:3] == "-> " {
			err = os.Symlink(text[3:], path)
		} else {
			err = os.WriteFile(path, []byte(text), 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func TestUnits(t *testing.T) {
	const name, file = "gpustack.service", "etc/systemd/system/gpustack.service"
	args := []string{"/root/.local/bin/gpustack", "start", "--port", "9090", "--data-dir", "/srv/gpu stack"}
	tests := []struct {
		name  string
		files map[string]string
		want  *facts.Unit // File is relative to the root; nil: there is none
	}{
		{"no unit", map[string]string{"etc/systemd/system/gpustack-exporter.service": scripts}, nil},
		{"stopped, not enabled", map[string]string{file: scripts}, &facts.Unit{Name: name, File: file, Args: args}},
		{"in the distribution's directory", map[string]string{"lib/systemd/system/" + name: scripts},
			&facts.Unit{Name: name, File: "lib/systemd/system/" + name, Args: args}},
		{"the administrator's before the distribution's", map[string]string{file: scripts, "lib/systemd/system/" + name: "[Service]\nExecStart=/bin/true\n"},
			&facts.Unit{Name: name, File: file, Args: args}},
		{"masked", map[string]string{file: "-> /dev/null", "lib/systemd/system/" + name: scripts}, nil},
		{"enabled", map[string]string{file: scripts, "etc/systemd/system/multi-user.target.wants/" + name: "-> /" + file},
			&facts.Unit{Name: name, File: file, Args: args, Enabled: true}},
		{"running, cgroup version 2", map[string]string{file: scripts, "sys/fs/cgroup/system.slice/" + name + "/cgroup.events": "populated 1\nfrozen 0\n"},
			&facts.Unit{Name: name, File: file, Args: args, Running: true}},
		{"over, its cgroup is still there", map[string]string{file: scripts, "sys/fs/cgroup/system.slice/" + name + "/cgroup.events": "populated 0\nfrozen 0\n"},
			&facts.Unit{Name: name, File: file, Args: args}},
		{"running, cgroup version 1", map[string]string{file: scripts, "sys/fs/cgroup/systemd/system.slice/" + name + "/cgroup.procs": "812\n"},
			&facts.Unit{Name: name, File: file, Args: args, Running: true}},
		{"environment", map[string]string{file: scripts, "etc/default/gpustack": "# by hand\nGPUSTACK_PORT=\"8080\"\nHF_TOKEN=a b\n\nexport\n"},
			&facts.Unit{Name: name, File: file, Args: args, Env: []string{"GPUSTACK_PORT=8080", "HF_TOKEN=a b"}}},
		{"drop-in that changes the command", map[string]string{file: scripts,
			"etc/systemd/system/" + name + ".d/override.conf": "[Service]\nExecStart=\nExecStart=-/usr/bin/gpustack start\nEnvironment=A=1 'B=2 3'\n"},
			&facts.Unit{Name: name, File: file, Args: []string{"/usr/bin/gpustack", "start"}, Env: []string{"A=1", "B=2 3"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			root := tree(t, tt.files)
			got, err := System(root).Units([]string{name})
			if err != nil {
				t.Fatal(err)
			}
			var want []facts.Unit
			if tt.want != nil {
				tt.want.File = filepath.Join(root, tt.want.File)
				want = append(want, *tt.want)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// A pipe in a unit's place is refused; to read it would never end.
func TestUnitsRefuses(t *testing.T) {
	root := tree(t, map[string]string{"etc/systemd/system/a.service": scripts})
	if err := os.Mkdir(filepath.Join(root, "etc/systemd/system/b.service"), 0o755); err != nil {
		t.Fatal(err)
	}
	got, err := System(root).Units([]string{"b.service", "a.service"})
	if err == nil || len(got) != 1 || got[0].Name != "a.service" {
		t.Errorf("got %v, error %v; want a.service alone and an error on the other", got, err)
	}
}

func TestWords(t *testing.T) {
	for line, want := range map[string][]string{
		"":                            nil,
		"  gpustack   start ":         {"gpustack", "start"},
		`a "b c" 'd e'f`:              {"a", "b c", "d ef"},
		`a\ b "c\"d" 'e\f'`:           {"a b", `c"d`, `e\f`},
		`--token="" --port=80`:        {"--token=", "--port=80"},
		`"open`:                       {"open"},
		"--server-url http://a\t-d\t": {"--server-url", "http://a", "-d"},
	} {
		if diff := cmp.Diff(want, words(line)); diff != "" {
			t.Errorf("%q: -want +got:\n%s", line, diff)
		}
	}
}

// A unit's file is the work of anybody who made a package: it is read to the end, and grows into nothing.
func FuzzUnitFile(f *testing.F) {
	f.Add(scripts)
	f.Add("[Service]\nExecStart=\\\nEnvironmentFile=%N\n")
	f.Add("[Socket]\nListenStream=%i\nListenStream=[::]:%J\n")
	root := f.TempDir()
	f.Fuzz(func(t *testing.T, text string) {
		u := &unit{name: `a-b\x2d@c\x2fd.service`, entries: parse(text)}
		System(root).environment(u)
		listens(u)
		for _, word := range u.program() {
			if len(word) > len(text)*len(u.name) {
				t.Errorf("%q grew out of %q", word, text)
			}
		}
	})
}
