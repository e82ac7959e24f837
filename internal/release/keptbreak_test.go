package release_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/docker/compose/v5/pkg/api"
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"

	"github.com/safeport/safeport/internal/release/journal"
	"github.com/safeport/safeport/lab"
)

// trio is a project whose services change by turns, so that a release may have nothing that no other one has.
const trio = `name: trio
services:
  app:
    image: app:APP
    restart: unless-stopped
    ports: ["8000:80"]
    depends_on: [db]
  cron:
    image: app:1
    restart: unless-stopped
    command: ["tcp::81"]
  db:
    image: db:DB
    restart: unless-stopped
    command: ["tcp::5432"]
    volumes: ["data:/data"]
volumes: {data: {}}
`

// newTrio is a host with its images; is writes the file with the tags of two of them.
func newTrio(t *testing.T) (b *bench, file string, is func(app, db string)) {
	b = newBench(t)
	b.instance = "trio"
	b.tags("app:1", "app:2", "db:1", "db:2")
	file = b.Path("compose.yaml")
	is = func(app, db string) {
		t.Helper()
		b.write(file, strings.NewReplacer("APP", app, "DB", db).Replace(trio))
	}
	return b, file, is
}

func (b *bench) wantTrio(app, db string) {
	b.Helper()
	b.wantRunning(map[string]string{"app": "app:" + app, "db": "db:" + db + " trio_data", "cron": "app:1"})
}

// loseJournal removes the journal and its copy.
func (b *bench) loseJournal() {
	b.Helper()
	for _, name := range []string{b.instance + ".json", b.instance + ".json.copy"} {
		if err := os.Remove(filepath.Join(b.state, name)); err != nil {
			b.Fatal(err)
		}
	}
}

// serving is the ID of the running container of a service.
func (b *bench) serving(service string) string {
	b.Helper()
	list, err := b.engine.ContainerList(context.Background(), client.ContainerListOptions{Filters: make(client.Filters).Add("label", api.ServiceLabel+"="+service)})
	if err != nil || len(list.Items) != 1 {
		b.Fatalf("%d containers of %s run, %v", len(list.Items), service, err)
	}
	return list.Items[0].ID
}

// Services change by turns, so that the release before has no container that no other release has. The journal is lost: the way back stays.
func TestLostJournalKeepsTheWayBackToWhatIsAllShared(t *testing.T) {
	lab.Long(t)
	b, file, is := newTrio(t)
	is("1", "1")
	b.must(0, "install", file)
	is("1", "2")
	b.must(0, "upgrade", "trio")
	is("2", "2")
	b.must(0, "upgrade", "trio")
	b.wantTrio("2", "2")
	b.loseJournal()
	b.must(0, "rollback", file)
	b.wantTrio("1", "2")
	b.must(0, "upgrade", file)
	b.wantTrio("2", "2")
	b.must(0, "rollback", "trio")
	b.wantTrio("1", "2")
}

// A rollback is killed when the one release is set aside and the other not yet in its place, and the journal is lost. What is left of a release
// that was removed, because others have its containers, is none to go to.
func TestLostJournalPassesOverWhatIsLeftOfARelease(t *testing.T) {
	lab.Long(t)
	b, file, is := newTrio(t)
	is("1", "1")
	b.must(0, "install", file)
	is("2", "1")
	b.must(0, "upgrade", "trio")
	is("1", "1")
	b.must(0, "upgrade", "trio")
	b.wantTrio("1", "1")
	app, ctx := b.serving("app"), context.Background()
	if _, err := b.engine.ContainerStop(ctx, app, client.ContainerStopOptions{}); err != nil {
		t.Fatal(err)
	}
	if _, err := b.engine.ContainerUpdate(ctx, app, client.ContainerUpdateOptions{RestartPolicy: &container.RestartPolicy{Name: "no"}}); err != nil {
		t.Fatal(err)
	}
	b.loseJournal()
	is("2", "1")
	b.must(0, "upgrade", file)
	b.wantTrio("2", "1")
	b.must(0, "rollback", "trio")
	b.wantTrio("1", "1")
	for name := range b.containers() {
		if strings.Contains(name, "-r2-") {
			t.Errorf("%s is there yet", name)
		}
	}
}

// A container that two releases share is removed by hand. A rollback would stop what serves, and could neither start the one nor the other.
func TestRollbackToWhatIsGoneIsRefused(t *testing.T) {
	lab.Long(t)
	b, file, is := newTrio(t)
	is("1", "1")
	b.must(0, "install", file)
	is("2", "1")
	b.must(0, "upgrade", "trio")
	if err := b.engine.Remove(context.Background(), b.serving("db")); err != nil {
		t.Fatal(err)
	}
	app := b.serving("app")
	if a := b.run("status"); !strings.Contains(a.stdout, "no rollback") {
		t.Errorf("status: %s", a.stdout)
	}
	b.must(1, "rollback", "trio")
	if p := b.pending(); p != nil {
		t.Errorf("pending: %+v", p)
	}
	if now := b.serving("app"); now != app {
		t.Errorf("app is %s and was %s", now, app)
	}
	is("1", "2")
	b.must(0, "upgrade", "trio")
	b.wantTrio("1", "2")
}

// A container that is none of safeport's says in its label that a release has kept another one, which is somebody's own.
func TestForgedLabelReachesNoOtherContainer(t *testing.T) {
	lab.Long(t)
	b, file, is := newTrio(t)
	is("1", "1")
	b.must(0, "install", file)
	ctx := context.Background()
	victim, err := b.engine.ContainerCreate(ctx, client.ContainerCreateOptions{Name: "victim", Config: &container.Config{Image: "db:2", Cmd: []string{"tcp::5432"}}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.engine.ContainerStart(ctx, victim.ID, client.ContainerStartOptions{}); err != nil {
		t.Fatal(err)
	}
	change, err := json.Marshal(map[string]any{
		"pending": journal.Pending{Action: journal.Upgrade, From: 1, To: 2},
		"kept":    []journal.Container{{ID: victim.ID, Service: "db", Name: "victim", Restart: "no", Made: 1}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.engine.ContainerCreate(ctx, client.ContainerCreateOptions{Name: "forged", Config: &container.Config{Image: "db:2", Labels: map[string]string{
		"io.safeport.instance": "trio", "io.safeport.release": "2", "io.safeport.change": string(change),
	}}}); err != nil {
		t.Fatal(err)
	}
	b.loseJournal()
	b.must(0, "uninstall", file)
	if !b.inspect(victim.ID).State.Running {
		t.Error("victim was stopped")
	}
}

// mixed is a project with what may change without a word of the Compose file itself.
const mixed = `name: mixed
services:
  app:
    image: app:1
    ports: ["PORT:80"]
  absent:
    image: app:1
    ports: ["9000:90"]
    scale: 0
  cron:
    image: db:1
    command: ["tcp::81"]
    env_file: cron.env
  many:
    image: app:2
    command: ["tcp::82"]
    scale: SCALE
  shared:
    image: app:2
    command: ["tcp::83"]
    volumes: ["SHARED:/data"]
  writer:
    image: app:2
    command: ["tcp::84"]
    volumes: ["LINK:/out"]
x-safeport: {backup: [/data]}
`

// A service is made anew when its file of variables has another content, when its tag is another image, and when it gets more containers. One
// that goes and comes back is new. Data that is reached by another path is not written to while it is copied.
func TestWhatChangedOutsideOfTheFileIsMadeAnew(t *testing.T) {
	lab.Long(t)
	b := newBench(t)
	b.instance = "mixed"
	b.tags("app:1", "app:2", "db:1")
	f := &farmer{bench: b}
	file, dir, link := b.Path("compose.yaml"), b.Path("shared"), b.Path("link")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(dir, link); err != nil {
		t.Fatal(err)
	}
	text := func(port, scale string) string {
		return strings.NewReplacer("PORT", port, "SCALE", scale, "SHARED", dir, "LINK", link).Replace(mixed)
	}
	b.write(b.Path("cron.env"), "A=1\n")
	b.write(file, text("8000", "2"))
	b.must(0, "install", file)
	step := func(want []string, words ...string) {
		t.Helper()
		before := f.running()
		b.must(0, words...)
		if got := changed(before, f.running()); strings.Join(got, ",") != strings.Join(want, ",") {
			t.Errorf("%v: new are %q, want %q", words, got, want)
		}
	}
	b.write(b.Path("cron.env"), "A=2\n")
	step([]string{"cron 1"}, "upgrade", "mixed")
	b.write(file, text("8000", "3"))
	step([]string{"many 1", "many 2", "many 3"}, "upgrade", "mixed")
	anew := lab.Foreign("db:1")
	anew.Env = []string{"TAG=db:1", "BUILT=again"}
	if err := b.engine.Load(t.Context(), anew); err != nil {
		t.Fatal(err)
	}
	b.write(file, text("8001", "3"))
	step([]string{"app 1", "cron 1", "shared 1", "writer 1"}, "upgrade", "mixed") // another image: the data is copied before
	without := text("8001", "3")
	i, j := strings.Index(without, "  cron:"), strings.Index(without, "  many:")
	b.write(file, without[:i]+without[j:])
	step([]string{"app 1"}, "upgrade", "mixed", "--no-backup") // that of the port is switched off, and one has to be made anew
	b.write(file, text("8001", "3"))
	step([]string{"cron 1"}, "upgrade", "mixed", "--no-backup")
	b.write(file, text("8002", "3"))
	note := filepath.Join(dir, "note")
	b.write(note, "1")
	step([]string{"app 1", "shared 1", "writer 1"}, "upgrade", "mixed", "--backup")
	b.write(note, "2")
	all := []string{"app 1", "cron 1", "many 1", "many 2", "many 3", "shared 1", "writer 1"}
	step(all, "rollback", "mixed", "--restore") // nobody may write meanwhile
	b.holds(note, "1")
	if now := f.running(); len(now) != len(all) {
		t.Errorf("%d containers run, want %d: %v", len(now), len(all), now)
	}
	b.must(0, "uninstall", "mixed", "--purge", "--yes")
	b.wantContainers(nil)
}
