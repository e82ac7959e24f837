package release_test

import (
	"context"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/docker/compose/v5/pkg/api"
	"github.com/moby/moby/client"

	"safeport/lab"
)

// store is a project as many are: a database with its data, and what is on top of it.
const store = `name: store
services:
  app:
    image: app:1
    ports: ["8000:80"]
    depends_on: [db]
  db:
    image: db:1
    command: ["tcp::5432"]
    ports: ["127.0.0.1:5432:5432"]
    volumes: ["data:/data"]
  job:
    image: app:1
    command: ["tcp::81"]
volumes: {data: {}}
`

// tags puts stand-ins with these tags into the engine.
func (b *bench) tags(tags ...string) {
	b.Helper()
	var list []lab.Image
	for _, tag := range tags {
		image := lab.Foreign(tag)
		image.Env = []string{"TAG=" + tag}
		list = append(list, image)
	}
	if err := b.engine.Load(b.Context(), list...); err != nil {
		b.Fatal(err)
	}
}

// running are the images of the running containers of a Compose file's services, with the volume at /data.
func (b *bench) running() map[string]string {
	b.Helper()
	list, err := b.engine.ContainerList(context.Background(), client.ContainerListOptions{})
	if err != nil {
		b.Fatal(err)
	}
	found := map[string]string{}
	for _, c := range list.Items {
		service := c.Labels[api.ServiceLabel]
		if service == "" {
			continue
		}
		is := b.inspect(c.ID)
		if !slices.Contains(is.Config.Env, "TAG="+is.Config.Image) {
			b.Errorf("%s is said to be of %s and has the environment %q", service, is.Config.Image, is.Config.Env)
		}
		found[service] = is.Config.Image
		for _, m := range is.Mounts {
			found[service] += " " + m.Name
		}
	}
	return found
}

func (b *bench) wantRunning(want map[string]string) {
	b.Helper()
	if got := b.running(); !maps.Equal(got, want) {
		b.Errorf("running: %v, want %v", got, want)
	}
}

// Each service has its own image, whatever changes: another's would write to data that is not its own.
func TestEachServiceKeepsItsImage(t *testing.T) {
	b := newBench(t)
	b.tags("app:1", "app:2", "db:1", "db:2", "other:1", "mirror.example/db:2")
	file := b.Path("compose.yaml")
	b.write(file, store)
	b.must(0, "install", file)
	want := map[string]string{"app": "app:1", "db": "db:1 store_data", "job": "app:1"}
	b.wantRunning(want)

	// A port, twice: what is pinned once must not be pinned on.
	for _, port := range []string{"8001:80", "8002:80"} {
		b.write(file, strings.Replace(store, "8000:80", port, 1))
		b.must(0, "upgrade", "store")
		b.wantRunning(want)
	}
	b.must(0, "rollback", "store")
	b.wantRunning(want)

	// The tag of each service in turn; the file is what is wanted.
	text := strings.Replace(store, "image: db:1", "image: db:2", 1)
	b.write(file, text)
	a := b.must(0, "upgrade", "store", "--dry-run")
	if !strings.Contains(a.stdout, "image of service db (db:2 instead of db:1)") {
		t.Errorf("the plan does not say which image changes: %s", a.stdout)
	}
	b.wantRunning(want)
	b.must(0, "upgrade", "store")
	want["db"] = "db:2 store_data"
	b.wantRunning(want)
	text = strings.ReplaceAll(text, "image: app:1", "image: app:2")
	b.write(file, text)
	b.must(0, "upgrade", "store")
	want["app"], want["job"] = "app:2", "app:2"
	b.wantRunning(want)

	// An image of another repository would get the data of this one.
	b.write(file, strings.Replace(text, "image: db:2", "image: other:1", 1))
	a = b.must(1, "upgrade", "store")
	if !strings.Contains(a.stderr, "service db would get the image other:1 in the place of db:2") {
		t.Errorf("why it is refused is not said: %s", a.stderr)
	}
	b.wantRunning(want)
	b.must(0, "upgrade", "store", "--image", "db=other:1")
	want["db"] = "other:1 store_data"
	b.wantRunning(want)
	b.must(0, "rollback", "store")
	want["db"] = "db:2 store_data"
	b.wantRunning(want)

	// By the command line: one of several has to be named, and it stays until the file says otherwise.
	b.write(file, text)
	if a = b.must(2, "upgrade", "store", "--image", "app:1"); !strings.Contains(a.stderr, "--image app=app:1") {
		t.Errorf("how a service is named is not said: %s", a.stderr)
	}
	b.must(2, "upgrade", "store", "--image", "web=app:1")
	b.must(0, "upgrade", "store", "--image", "app=app:1", "--image", "db=mirror.example/db:2")
	want["app"], want["db"] = "app:1", "mirror.example/db:2 store_data"
	b.wantRunning(want)
	b.write(file, strings.Replace(text, "8000:80", "8003:80", 1))
	b.must(0, "upgrade", "store")
	b.wantRunning(want)
	b.write(file, strings.Replace(text, "image: db:2", "image: db:1", 1))
	b.must(0, "upgrade", "store")
	want["db"] = "db:1 store_data"
	b.wantRunning(want)
}

// compose runs Compose itself, as its user would.
func (b *bench) compose(dir string, words ...string) {
	b.Helper()
	cmd := b.Command(b.Context(), lab.Root, []string{"PATH=/usr/bin:/bin", "HOME=/nonexistent", "DOCKER_HOST=" + b.endpoint},
		append([]string{b.Path("bin", "compose")}, words...)...)
	cmd.Dir = dir
	var out strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := b.Host.Run(cmd); err != nil {
		b.Fatalf("compose %s: %v\n%s", strings.Join(words, " "), err, &out)
	}
}
