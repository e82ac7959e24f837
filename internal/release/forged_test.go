package release_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/moby/moby/client"

	"github.com/safeport/safeport/internal/release/journal"
	"github.com/safeport/safeport/lab"
)

// forge makes a container, which never runs, that says of itself to be of an instance and made by a change.
func (b *bench) forge(change map[string]any) {
	b.Helper()
	text, err := json.Marshal(change)
	if err != nil {
		b.Fatal(err)
	}
	if _, err := b.engine.Create(b.Context(), lab.Container{Name: "forged", Image: "db:2", Labels: map[string]string{
		"io.safeport.instance": "trio", "io.safeport.release": "7", "io.safeport.change": string(text),
	}}); err != nil {
		b.Fatal(err)
	}
}

// A container that is none of safeport's says in its label that it has come in the place of another one, which is somebody's own. Neither
// an installation nor an uninstallation touches that one, whatever it is called by.
func TestForgedOriginReachesNoOtherContainer(t *testing.T) {
	lab.Long(t)
	t.Parallel()
	for _, action := range []string{"install", "uninstall"} {
		for _, by := range []string{"id", "beginning of its id", "name"} {
			t.Run(action+", by "+by, func(t *testing.T) {
				b, file, is := newTrio(t)
				is("1", "1")
				if action == "uninstall" {
					b.must(0, "install", file)
					b.loseJournal()
				}
				victim := b.engine.Run(t, lab.Container{Name: "victim", Image: "db:2", Args: []string{"tcp::5432"}, Restart: "always"})
				called := map[string]string{"id": victim, "beginning of its id": victim[:12], "name": "victim"}[by]
				b.forge(map[string]any{
					"pending": journal.Pending{Action: journal.Upgrade, From: 0, To: 7},
					"from": journal.Release{Number: 0, Adopted: true, Image: "db:2", Containers: []journal.Container{
						{ID: called, Service: "db", Name: "trio-db-1", Restart: "no"},
					}},
				})
				b.run(action, file) // whatever becomes of it
				if c := b.inspect(victim); !c.State.Running || c.Name != "/victim" || c.HostConfig.RestartPolicy.Name != "always" {
					t.Errorf("victim is %s now, %s, and restarts: %s", c.Name, c.State.Status, c.HostConfig.RestartPolicy.Name)
				}
			})
		}
	}
}

// The change that such a label tells of has made a volume and a backup, which are none of its own.
func TestForgedChangeRemovesNothing(t *testing.T) {
	lab.Long(t)
	b, file, is := newTrio(t)
	is("1", "1")
	b.must(0, "install", file)
	b.must(0, "uninstall", file) // the volume is kept
	volume := func() client.VolumeInspectResult {
		t.Helper()
		res, err := b.engine.VolumeInspect(t.Context(), "trio_data", client.VolumeInspectOptions{})
		if err != nil {
			t.Fatal(err)
		}
		return res
	}
	was := volume()
	outside, backup := b.Path("precious"), filepath.Join(b.state, "backups", "trio-r1-20250101T000000.000")
	for _, dir := range []string{outside, backup} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		b.write(filepath.Join(dir, "data"), "precious")
	}
	away, err := filepath.Rel(filepath.Join(b.state, "backups"), outside)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{away, filepath.Base(backup)} {
		b.forge(map[string]any{"pending": journal.Pending{
			Action: journal.Upgrade, From: journal.None, To: 7, Running: true, Volumes: []string{"trio_data"}, Backup: name, Restore: name, Data: []string{"/"}, Aside: name,
		}})
		b.must(0, "install", file)
		b.must(0, "uninstall", file)
	}
	for _, dir := range []string{outside, backup} {
		if text, err := os.ReadFile(filepath.Join(dir, "data")); err != nil || string(text) != "precious" {
			t.Errorf("%s: %q, %v", dir, text, err)
		}
	}
	if is := volume(); is.Volume.CreatedAt != was.Volume.CreatedAt {
		t.Errorf("trio_data is of %s, and was of %s", is.Volume.CreatedAt, was.Volume.CreatedAt)
	}
}

// An image that was made of a container has its labels, and hands them on to all that is run of it. Those are no containers that safeport
// has made: they are left alone, whether the journal is there or lost.
func TestLabelsOfAnImageMakeNoInstallation(t *testing.T) {
	lab.Long(t)
	t.Parallel()
	for _, lost := range []bool{false, true} {
		t.Run(map[bool]string{false: "journal", true: "no journal"}[lost], func(t *testing.T) {
			b, file, is := newTrio(t)
			is("1", "1")
			b.must(0, "install", file)
			if _, err := b.engine.ContainerCommit(t.Context(), b.serving("app"), client.ContainerCommitOptions{Reference: "copy:1"}); err != nil {
				t.Fatal(err)
			}
			copied := b.engine.Run(t, lab.Container{Name: "copy", Image: "copy:1", Args: []string{"tcp::99"}})
			if lost {
				b.loseJournal()
			}
			is("2", "1")
			b.must(0, "upgrade", file)
			is("2", "2")
			b.must(0, "upgrade", file) // what is two releases old is removed
			b.must(0, "uninstall", file)
			if c := b.inspect(copied); !c.State.Running || c.Name != "/copy" {
				t.Errorf("the copy is %s now, and %s", c.Name, c.State.Status)
			}
		})
	}
}
