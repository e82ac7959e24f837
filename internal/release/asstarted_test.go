package release_test

import (
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/safeport/safeport/lab"
)

// shelved is a store in a directory of its own whose database has its volume from another file, from a variable, or both.
func shelved(t *testing.T, files map[string]string) (b *bench, dir string) {
	t.Helper()
	b, dir, _ = newStore(t)
	b.BuildCompose(t)
	for name, text := range files {
		b.write(filepath.Join(dir, name), text)
	}
	return b, dir
}

// An adoption makes a project anew. By other files, variables or profiles than it was started with, a service would start on an empty
// volume, or not at all, and what it was started with is in no file that an upgrade reads.
func TestProjectIsAdoptedAsItWasStarted(t *testing.T) {
	lab.Long(t)
	t.Parallel()
	const mounts, volumes = "    volumes: [\"data:/data\"]\n", "volumes: {data: {}}\n"
	bare := strings.Replace(strings.Replace(store, mounts, "", 1), volumes, "", 1)
	named := strings.Replace(store, volumes, "volumes: {data: {name: \"${PLACE:-elsewhere}\"}}\n", 1)
	tests := []struct {
		name  string
		files map[string]string
		env   []string // of Compose
		up    string   // the words of Compose before "up"
		says  string   // of the refusal
		words string   // by which it is adopted
	}{
		{"a second file", map[string]string{"compose.yaml": bare, "prod.yaml": "services: {db: {volumes: [\"data:/data\"]}}\n" + volumes},
			nil, "-f compose.yaml -f prod.yaml", "prod.yaml", "-f DIR/compose.yaml -f DIR/prod.yaml"},
		{"a file of variables", map[string]string{"compose.yaml": named, "prod.env": "PLACE=precious\n"},
			nil, "--env-file prod.env", "prod.env", "DIR --env-file DIR/prod.env"},
		{"a variable of the shell", map[string]string{"compose.yaml": named},
			[]string{"PLACE=precious"}, "", "precious", ""},
		{"a profile", map[string]string{"compose.yaml": strings.Replace(store, "  job:\n", "  job:\n    profiles: [all]\n", 1)},
			nil, "--profile all", "--profile", "DIR --profile all"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b, dir := shelved(t, tt.files)
			b.composeWith(dir, tt.env, append(strings.Fields(tt.up), "up", "-d")...)
			volume := b.inspect("store-db-1").Mounts[0].Name
			before := b.ids()
			for _, action := range []string{"install", "upgrade"} {
				if a := b.must(1, action, dir); !strings.Contains(a.stderr, tt.says) {
					t.Errorf("%s: what is left out is not said: %s", action, a.stderr)
				}
			}
			is := strings.Replace(tt.files["compose.yaml"], "8000:80", "8001:80", 1)
			b.write(filepath.Join(dir, "compose.yaml"), is)
			a := b.must(1, "upgrade", dir)
			if now := b.ids(); !maps.Equal(now, before) {
				t.Errorf("containers %v, want %v", now, before)
			}
			if tt.words == "" {
				b.env = tt.env
				b.must(0, "upgrade", dir)
			} else if words := strings.ReplaceAll(tt.words, "DIR", dir); !strings.Contains(a.stderr, words) {
				t.Errorf("how it is adopted is not said, as in %q: %s", words, a.stderr)
			} else {
				b.must(0, append([]string{"upgrade"}, strings.Fields(words)...)...)
			}
			if now := b.inspect("store-r1-db-1").Mounts[0].Name; now != volume {
				t.Errorf("the database has volume %s, and had %s", now, volume)
			}
		})
	}
}

// A file that is gone, or was put over the others since, is no reason to refuse: the files say what is wanted.
func TestFilesThatChangedSinceComposeUp(t *testing.T) {
	lab.Long(t)
	b, dir := shelved(t, map[string]string{"compose.yaml": store, "more.yaml": "services: {job: {environment: {MORE: \"1\"}}}\n"})
	b.compose(dir, "-f", "compose.yaml", "-f", "more.yaml", "up", "-d")
	if err := os.Remove(filepath.Join(dir, "more.yaml")); err != nil {
		t.Fatal(err)
	}
	b.write(filepath.Join(dir, "compose.override.yaml"), "services: {app: {environment: {LESS: \"1\"}}}\n")
	if a := b.must(1, "install", dir); !strings.Contains(a.stderr, "service app") || !strings.Contains(a.stderr, "service job") {
		t.Errorf("that a variable comes and another goes is not said: %s", a.stderr)
	}
	b.must(0, "upgrade", dir)
	b.runs("store-r1-app-1", "store-r1-db-1", "store-r1-job-1")
}

// What has no place in the files any more is named: containers of a service that they don't have, and more of one than they say.
func TestAdoptionSaysWhatIsStopped(t *testing.T) {
	lab.Long(t)
	b, dir := shelved(t, nil)
	with := strings.Replace(store, "volumes: {data", "  extra:\n    image: app:1\n    command: [\"tcp::82\"]\n    volumes: [/scratch]\nvolumes: {data", 1)
	b.write(filepath.Join(dir, "compose.yaml"), with)
	b.compose(dir, "up", "-d", "--scale", "job=3")
	b.write(filepath.Join(dir, "compose.yaml"), store)
	for _, words := range [][]string{{"install", dir}, {"upgrade", dir, "--dry-run"}, {"upgrade", dir}} {
		a := b.run(words...)
		for _, says := range []string{"service extra is removed", "containers of service job (1 instead of 3)"} {
			if !strings.Contains(a.stdout+a.stderr, says) {
				t.Errorf("%s: %q is not said: %s%s", words[0], says, a.stderr, a.stdout)
			}
		}
	}
	b.must(0, "rollback", "store")
	b.runs("store-extra-1", "store-job-1", "store-job-2", "store-job-3")
	if a := b.must(1, "export", "store"); !strings.Contains(a.stderr, "compose.yaml") {
		t.Errorf("whose the containers are is not said: %s", a.stderr)
	}
	a := b.must(0, "uninstall", "store", "--purge", "--yes")
	for _, volume := range b.volumes() {
		if !strings.Contains(a.stderr, volume) {
			t.Errorf("that volume %s is kept is not said: %s", volume, a.stderr)
		}
	}
}

// What was installed by two files is not upgraded by the first of them alone.
func TestUpgradeBySomeOfTheFilesIsRefused(t *testing.T) {
	lab.Long(t)
	const mounts, volumes = "    volumes: [\"data:/data\"]\n", "volumes: {data: {}}\n"
	bare := strings.Replace(strings.Replace(store, mounts, "", 1), volumes, "", 1)
	b, dir := shelved(t, map[string]string{"compose.yaml": bare, "prod.yaml": "services: {db: {volumes: [\"data:/data\"]}}\n" + volumes})
	file, prod := filepath.Join(dir, "compose.yaml"), filepath.Join(dir, "prod.yaml")
	b.must(0, "install", "-f", file, "-f", prod)
	b.write(file, strings.Replace(bare, "8000:80", "8001:80", 1))
	for _, words := range [][]string{{"upgrade", dir}, {"upgrade", file}, {"install", dir}} {
		if a := b.must(1, words...); !strings.Contains(a.stderr, "prod.yaml") || !strings.Contains(a.stderr, "safeport upgrade store") {
			t.Errorf("%s: what is left out is not said: %s", words, a.stderr)
		}
	}
	b.must(0, "upgrade", "store")
	if m := b.inspect("store-r1-db-1").Mounts; len(m) != 1 || m[0].Name != "store_data" {
		t.Errorf("the database has %v", m)
	}
	if err := os.Remove(prod); err != nil {
		t.Fatal(err)
	}
	b.must(0, "upgrade", dir)
}

// The environment may name the files of variables, for Compose as for safeport.
func TestVariablesFileOfTheEnvironment(t *testing.T) {
	lab.Long(t)
	named := strings.Replace(store, "volumes: {data: {}}\n", "volumes: {data: {name: \"${PLACE:-elsewhere}\"}}\n", 1)
	b, dir := shelved(t, map[string]string{"compose.yaml": named, "prod.env": "PLACE=precious\n"})
	env := []string{"COMPOSE_ENV_FILES=" + filepath.Join(dir, "prod.env")}
	b.composeWith(dir, env, "up", "-d")
	b.must(1, "install", dir)
	b.env = env
	b.must(0, "install", dir)
	b.write(filepath.Join(dir, "compose.yaml"), strings.Replace(named, "8000:80", "8001:80", 1))
	b.must(0, "upgrade", dir)
	b.env = nil
	b.must(0, "upgrade", "store")
	if name := b.inspect("store-r1-db-1").Mounts[0].Name; name != "precious" {
		t.Errorf("the database has volume %s", name)
	}
}
