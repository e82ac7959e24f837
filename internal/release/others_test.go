package release_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/moby/moby/client"

	"github.com/safeport/safeport/internal/release/journal"
	"github.com/safeport/safeport/lab"
)

// others is the name of what another instance has on the host, and of its volume, network and container. Its own name
// begins as those of the old releases of the instance do that is tried.
const (
	others        = "others"
	otherInstance = "gpustack-r1"
)

// settleOthers makes that other instance. [bench.containers] and [bench.volumes] leave it out.
func (b *bench) settleOthers(t *testing.T) {
	t.Helper()
	ctx := t.Context()
	labels := map[string]string{"io.safeport.instance": otherInstance, "io.safeport.release": "1"}
	b.engine.Created(t, lab.Container{Name: others, Image: "web", Labels: labels})
	if _, err := b.engine.VolumeCreate(ctx, client.VolumeCreateOptions{Name: others, Labels: labels}); err != nil {
		t.Fatal(err)
	}
	if _, err := b.engine.NetworkCreate(ctx, others, client.NetworkCreateOptions{Labels: labels}); err != nil {
		t.Fatal(err)
	}
	list, err := json.Marshal(journal.Backup{Schema: journal.BackupSchema, Instance: otherInstance, Release: 1, Created: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	for file, text := range b.filesOfOthers(list) {
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		b.write(file, text)
	}
}

func (b *bench) filesOfOthers(list []byte) map[string]string {
	backup := filepath.Join(b.state, "backups", otherInstance+"-r1-20250101T000000.000")
	return map[string]string{
		filepath.Join(b.state, otherInstance+".json"):              "{}",
		filepath.Join(backup, "backup.json"):                       string(list),
		filepath.Join(backup+".new", "1.tar.zst"):                  "half of it",
		filepath.Join(b.state, "backups", "notes", "of-a-user.md"): "mine",
	}
}

// wantOthers demands that all of it is there.
func (b *bench) wantOthers() {
	b.Helper()
	ctx := context.Background()
	_, err := b.engine.ContainerInspect(ctx, others, client.ContainerInspectOptions{})
	if err != nil {
		b.Error(err)
	}
	if _, err := b.engine.VolumeInspect(ctx, others, client.VolumeInspectOptions{}); err != nil {
		b.Error(err)
	}
	if _, err := b.engine.NetworkInspect(ctx, others, client.NetworkInspectOptions{}); err != nil {
		b.Error(err)
	}
	for file := range b.filesOfOthers(nil) {
		if _, err := os.Stat(file); err != nil {
			b.Error(err)
		}
	}
}

// wantNothing demands that nothing of the instance is left: no container, network or volume, no backup and no journal.
func (b *bench) wantNothing() {
	b.Helper()
	b.wantContainers(nil)
	b.wantVolumes()
	b.wantNoNetworks()
	for _, pattern := range []string{"gpustack.json*", "backups/gpustack-r?-*"} {
		left, err := filepath.Glob(filepath.Join(b.state, pattern))
		if err != nil {
			b.Fatal(err)
		}
		for _, file := range left {
			if filepath.Base(file)[:len(otherInstance)+2] != otherInstance+"-r" {
				b.Errorf("%s is left", file)
			}
		}
	}
}
