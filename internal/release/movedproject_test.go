package release_test

import (
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/safeport/safeport/lab"
)

// notes is a project that has its name from its directory, and nothing that two of it would quarrel about. Where its data is, and whether
// it has a job, is up to the environment of its installation.
const notes = `services:
  db:
    image: db:1
    command: ["tcp::5432"]
    volumes: ["data:/data"]
  job:
    image: app:1
    command: ["tcp::81"]
    profiles: [jobs]
volumes: {data: {name: "${NOTES:-store_data}"}}
`

// printed is the command that a run has printed after some words, to be run in the same way.
func (b *bench) printed(a answer, after string) []string {
	b.Helper()
	_, rest, found := strings.Cut(a.stderr, after)
	line, _, _ := strings.Cut(rest, " --engine")
	if !found || strings.Contains(line, "\n") {
		b.Fatalf("no command after %q in %s", after, a.stderr)
	}
	return strings.Fields(line)
}

// A project that has its name from its directory is the same one by a link to that, and where the directory was moved. By another name it
// would begin without its data.
func TestProjectThatMovedIsTheSame(t *testing.T) {
	b, dir, _ := newStore(t)
	b.write(filepath.Join(dir, "compose.yaml"), notes)
	b.env = []string{"NOTES=store_notes", "COMPOSE_PROFILES=jobs"}
	b.must(0, "install", dir)
	b.env = nil
	note := filepath.Join(b.inspect("store-r1-db-1").Mounts[0].Source, "note")
	b.write(note, "precious")
	was := b.ids()
	link, other, third := b.Path("link"), b.Path("other"), b.Path("third")
	if err := os.Symlink(dir, link); err != nil {
		t.Fatal(err)
	}
	refused := func(says string, words ...string) answer {
		t.Helper()
		a := b.must(1, words...)
		if !strings.Contains(a.stderr, says) {
			t.Errorf("%v: %q is not said: %s", words, says, a.stderr)
		}
		return a
	}
	b.must(0, b.printed(refused("already installed as store", "install", link), "\"safeport ")...)
	refused("already installed as store", "install", filepath.Join(link, "compose.yaml"), "--dry-run")
	refused("already installed as store", "upgrade", filepath.Join(dir, "compose.yaml"), "-p", "shop")
	b.must(0, "install", link, "--name", "link", "--dry-run")

	if err := os.Rename(dir, other); err != nil {
		t.Fatal(err)
	}
	gone := "looks like the project installed as store"
	for _, action := range []string{"install", "upgrade", "rollback", "uninstall"} {
		refused(gone, action, other)
	}
	if a := b.must(1, "status", other); !strings.Contains(a.stdout, gone) {
		t.Errorf("status: %s", a.stdout)
	}
	if a := b.must(2, "upgrade", "store"); !strings.Contains(a.stderr, "safeport upgrade PATH -p store") {
		t.Errorf("how it goes on without its files is not said: %s", a.stderr)
	}
	if now := b.ids(); !maps.Equal(now, was) {
		t.Fatalf("there are %v, and there were %v", now, was)
	}
	text := strings.Replace(notes, "5432", "5433", 1)
	b.write(filepath.Join(other, "compose.yaml"), text)
	b.must(0, b.printed(refused(gone, "install", other), "\"safeport ")...)
	b.runs("store-r2-db-1")
	b.wantVolumes("store_notes")
	if _, is := b.containers()["store-r1-job-1"]; !is {
		t.Errorf("the service of a profile is gone: %v", b.containers())
	}

	// With a name of its own it is found, and the command that is printed leads to where it is.
	if err := os.Rename(other, third); err != nil {
		t.Fatal(err)
	}
	b.write(filepath.Join(third, "compose.yaml"), "name: store\n"+strings.Replace(notes, "5432", "5434", 1))
	b.must(0, append(b.printed(refused("differs: the Compose file", "install", third), "\"safeport "), "--dry-run")...)
	b.must(0, b.printed(refused(gone, "uninstall", third, "-p", "gone"), "hint: safeport ")...)
	b.wantContainers(nil)
	b.holds(note, "precious")
}

// A damaged journal hides no installation from a second one of the same files, whatever path leads to them.
func TestDamagedJournalHidesNoInstallation(t *testing.T) {
	lab.Long(t)
	b, dir, _ := newStore(t)
	file, link := filepath.Join(dir, "compose.yaml"), b.Path("link")
	b.write(file, "name: store\n"+notes)
	b.must(0, "install", dir, "--name", "mine")
	was := b.ids()
	b.write(file, "name: shop\n"+strings.Replace(notes, "5432", "5433", 1))
	if err := os.Symlink(dir, link); err != nil {
		t.Fatal(err)
	}
	for _, damaged := range []string{"mine.json", "mine.json.copy"} { // and then both are
		if err := os.Truncate(filepath.Join(b.state, damaged), 100); err != nil {
			t.Fatal(err)
		}
		for _, path := range []string{dir, link, filepath.Join(link, "compose.yaml")} {
			if a := b.must(1, "install", path); !strings.Contains(a.stderr, "already installed as mine") || !strings.Contains(a.stderr, "-p store --name mine") {
				t.Errorf("%s: what is there is not said: %s", path, a.stderr)
			}
		}
		if a := b.must(1, "status"); !strings.Contains(a.stdout, "mine is running") || !strings.Contains(a.stdout, "is damaged") {
			t.Errorf("status: %s", a.stdout)
		}
	}
	if now := b.ids(); !maps.Equal(now, was) {
		t.Fatalf("there are %v, and there were %v", now, was)
	}
	b.must(0, "upgrade", "mine")
	b.runs("mine-r2-db-1")
	b.wantVolumes("store_data")

	// Of one that is damaged beyond that, and has no container, it is told at least that.
	b.write(filepath.Join(b.state, "lost.json"), "{")
	if a := b.must(1, "status"); !strings.Contains(a.stdout, "mine") || !strings.Contains(a.stdout, "lost.json is damaged") {
		t.Errorf("status: %s", a.stdout)
	}
	if a := b.must(2, "upgrade", "lost"); !strings.Contains(a.stderr, "move that file away") {
		t.Errorf("what can be done is not said: %s", a.stderr)
	}
}

// Somebody has removed the containers. An installation by the same files has the data again.
func TestFilesAreInstalledAgainWhereContainersWereRemoved(t *testing.T) {
	lab.Long(t)
	b, dir, _ := newStore(t)
	b.write(filepath.Join(dir, "compose.yaml"), notes)
	b.must(0, "install", dir)
	note := filepath.Join(b.inspect("store-r1-db-1").Mounts[0].Source, "note")
	b.write(note, "precious")
	b.shell(0, "docker -H "+b.endpoint+" rm -f store-r1-db-1")
	b.must(0, "install", dir)
	b.runs("store-r1-db-1")
	b.holds(note, "precious")
	b.wantVolumes("store_data")
}
