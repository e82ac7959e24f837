package release_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"

	"github.com/safeport/safeport/lab"
)

// rebuilt gives a tag to another image, as a build or a pull does.
func (b *bench) rebuilt(tag, build string) {
	b.Helper()
	image := lab.Foreign(tag)
	image.Env = []string{"TAG=" + tag, "BUILD=" + build}
	if err := b.engine.Load(b.Context(), image); err != nil {
		b.Fatal(err)
	}
}

// builds demands which build of its image a container was made of.
func (b *bench) builds(name, build string) {
	b.Helper()
	text := strings.Join(b.inspect(name).Config.Env, " ")
	if _, is, _ := strings.Cut(text+" ", "BUILD="); strings.TrimSpace(is) != build {
		b.Errorf("%s has the environment %q, want build %q", name, text, build)
	}
}

// The same tag may be another image by now, as "latest" mostly is. That is an upgrade, and the way back leads to the image of then, which
// nobody can call by a name any more.
func TestSameTagOfAnotherImageIsAnUpgrade(t *testing.T) {
	lab.Long(t)
	t.Parallel()
	for _, adopted := range []bool{false, true} {
		t.Run(map[bool]string{false: "installed", true: "adopted"}[adopted], func(t *testing.T) {
			b, dir, is := newStore(t)
			is("8000")
			old := "store-r1-app-1"
			if adopted {
				b.BuildCompose(t)
				b.compose(dir, "up", "-d")
				old = "store-app-1"
			} else {
				b.must(0, "install", dir)
			}
			b.rebuilt("app:1", "2")
			if a := b.must(0, "install", dir); !strings.Contains(a.stderr, "app:1 is another image now") {
				t.Errorf("that the tag has moved on is not said: %s", a.stderr)
			}
			if a := b.must(0, "upgrade", dir, "--dry-run"); !strings.Contains(a.stdout, "app:1 is another image now") {
				t.Errorf("that the tag has moved on is not said: %s", a.stdout)
			}
			b.must(0, "upgrade", dir)
			new := map[bool]string{false: "store-r2-app-1", true: "store-r1-app-1"}[adopted]
			b.builds(new, "2")
			if a := b.must(0, "upgrade", "store"); !strings.Contains(a.stdout, "nothing to change") {
				t.Errorf("the same again: %s", a.stdout)
			}
			if _, err := b.engine.ImagePrune(t.Context(), client.ImagePruneOptions{}); err != nil {
				t.Fatal(err)
			}
			b.must(0, "rollback", "store")
			b.runs(old)
			b.builds(old, "")
			if adopted {
				return
			}
			if a := b.must(0, "export", "store"); !strings.Contains(a.stderr, "app:1 is another image now") {
				t.Errorf("that the file does not name what runs is not said: %s", a.stderr)
			}
		})
	}
}

// A registry, or an archive, has another image under the tag that runs.
func TestPullFindsAnotherImageOfTheSameTag(t *testing.T) {
	lab.Long(t)
	b, dir, is := newStore(t)
	is("8000")
	b.must(0, "install", dir)
	archive := b.Path("app.tar")
	b.rebuilt("app:1", "2")
	b.shell(0, "docker -H "+b.endpoint+" save -o "+archive+" app:1")
	b.rebuilt("app:1", "3")
	b.must(0, "upgrade", "store")
	b.builds("store-r2-app-1", "3")
	b.must(0, "upgrade", "store", "--load", archive)
	b.builds("store-r3-app-1", "2")
	b.builds("store-r3-job-1", "2")
}

// Another image under the same tag may change the format of the data as any other version does: the data is copied.
func TestSameTagIsBackedUp(t *testing.T) {
	b := newBench(t)
	b.instance = "kept"
	b.rebuilt("app:1", "1")
	file := b.Path("compose.yaml")
	b.write(file, `name: kept
services:
  app: {image: "app:1", volumes: ["data:/data"], ports: ["8000:80"]}
volumes: {data: {}}
x-safeport: {backup: [/data]}
`)
	b.must(0, "install", file)
	b.write(filepath.Join(b.inspect("kept-r1-app-1").Mounts[0].Source, "note"), "precious")
	b.rebuilt("app:1", "2")
	b.must(0, "upgrade", "kept")
	if kept := b.backups(); len(kept) != 1 {
		t.Errorf("backups %v", kept)
	}
}

// What runs by "latest" is upgraded by getting it anew: no version says what changes.
func TestLatestIsUpgraded(t *testing.T) {
	b := newBench(t)
	latest := func(version string) {
		t.Helper()
		image := lab.GPUStack(version)
		image.Tags, image.Env = []string{"gpustack/gpustack:latest"}, append(image.Env, "STANDIN_DATA=1")
		if err := b.engine.Load(t.Context(), image); err != nil {
			t.Fatal(err)
		}
	}
	latest("v2.2.2")
	archive := b.Path("latest.tar")
	b.shell(0, "docker -H "+b.endpoint+" save -o "+archive+" gpustack/gpustack:latest")
	latest("v2.2.1")
	b.startByHand(container.Config{Image: "gpustack/gpustack:latest"}, container.HostConfig{Mounts: data})
	b.eventually("9090", "v2.2.1")
	b.must(0, "upgrade", "gpustack", "--load", archive)
	b.serves("9090", "v2.2.2")
	b.must(0, "rollback", "gpustack")
	b.serves("9090", "v2.2.1")
}
