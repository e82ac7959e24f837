package release_test

import (
	"context"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/docker/compose/v5/pkg/api"
	"github.com/moby/moby/client"

	"github.com/safeport/safeport/lab"
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
	if !strings.Contains(a.stderr, "service db would run other:1 instead of db:2") {
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
	b.composeWith(dir, nil, words...)
}

// composeWith does so with more variables in its environment.
func (b *bench) composeWith(dir string, env []string, words ...string) {
	b.Helper()
	cmd := b.Command(b.Context(), lab.Root, append([]string{"PATH=/usr/bin:/bin", "HOME=/nonexistent", "DOCKER_HOST=" + b.endpoint}, env...),
		append([]string{b.Path("bin", "compose")}, words...)...)
	cmd.Dir = dir
	var out strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := b.Host.Run(cmd); err != nil {
		b.Fatalf("compose %s: %v\n%s", strings.Join(words, " "), err, &out)
	}
}

// ids are the ids of all containers, by name.
func (b *bench) ids() map[string]string {
	b.Helper()
	list, err := b.engine.ContainerList(context.Background(), client.ContainerListOptions{All: true})
	if err != nil {
		b.Fatal(err)
	}
	found := map[string]string{}
	for _, c := range list.Items {
		found[strings.TrimPrefix(c.Names[0], "/")] = c.ID
	}
	return found
}

// A project that runs by Compose alone is taken over whole, and given back as it was.
func TestComposeProjectIsTakenOverAndGivenBack(t *testing.T) {
	b := newBench(t)
	b.tags("app:1", "app:2", "db:1")
	b.BuildCompose(t)
	dir := b.Path("store")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	file := dir + "/compose.yaml"
	b.write(file, store)
	b.compose(dir, "up", "-d")
	original := b.ids()
	want := map[string]string{"app": "app:1", "db": "db:1 store_data", "job": "app:1"}
	b.wantRunning(want)
	if a := b.must(0, "install", file); !strings.Contains(a.stdout, "nothing to change") {
		t.Errorf("the same project: %s", a.stdout)
	}

	// What the file says now is not what runs.
	text := strings.ReplaceAll(strings.Replace(store, "8000:80", "8001:80", 1), "app:1", "app:2")
	b.write(file, text)
	if a := b.must(1, "install", file); !strings.Contains(a.stderr, "image of service app (app:2 instead of app:1)") || !strings.Contains(a.stderr, "service app") {
		t.Errorf("in what it differs is not said: %s", a.stderr)
	}
	b.write(file, strings.Replace(text, `command: ["tcp::81"]`, `entrypoint: [/standin, none]`, 1))
	b.must(4, "upgrade", file)
	if now := b.ids(); !maps.Equal(now, original) {
		t.Errorf("after a failed upgrade there are %v, want %v", now, original)
	}
	b.wantRunning(want)

	b.write(file, text)
	b.must(0, "upgrade", file)
	b.wantRunning(map[string]string{"app": "app:2", "db": "db:1 store_data", "job": "app:2"})
	b.must(0, "rollback", "store")
	b.wantRunning(want)
	for name, id := range original {
		if now := b.ids()[name]; now != id {
			t.Errorf("%s is %s and not the container that Compose had made, %s", name, now, id)
		}
	}
	b.must(0, "upgrade", file)
	b.must(0, "uninstall", "store")
	b.wantContainers(nil)
	b.wantVolumes("store_data")
	b.compose(dir, "up", "-d")
	b.compose(dir, "down", "--volumes")
	b.wantVolumes()
}

// slow is healthy by its own check after some seconds, which is longer than its definition says.
const slow = `name: slow
services:
  web:
    image: app:1
    ports: [{name: web, target: 80, published: "8000"}]
    healthcheck: {test: [CMD, /standin, try, "tcp:127.0.0.1:9999"], interval: 4s, timeout: 1s, retries: 2}
x-safeport:
  ready: {port: web, within: 1s}
`

func TestHealthChecksAreGivenTheTimeThatTheyTake(t *testing.T) {
	b := newBench(t)
	b.tags("app:1")
	file := b.Path("compose.yaml")
	b.write(file, slow)
	b.must(4, "install", file, "--wait", "1s")
	b.must(0, "install", file)
	if health := b.inspect("slow-r1-web-1").State.Health; health == nil || health.Status != "healthy" {
		t.Errorf("health %+v", health)
	}
}

// Two directories of one name are two projects, and the second does not become the first.
func TestTwoProjectsOfOneNameAreNotOne(t *testing.T) {
	lab.Long(t)
	b := newBench(t)
	b.tags("app:1", "db:1")
	one, other := b.Path("one", "docker"), b.Path("other", "docker")
	text := strings.Replace(store, "name: store\n", "", 1)
	for _, dir := range []string{one, other} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		b.write(dir+"/compose.yaml", text)
		text = strings.Replace(strings.Replace(text, "8000:80", "8100:80", 1), "5432:5432", "5433:5432", 1)
	}
	a := b.must(0, "install", one+"/compose.yaml")
	if strings.Contains(a.stdout, "is healthy") || strings.Contains(a.stderr, "warning") {
		t.Errorf("nobody was asked, and all listen: %s%s", a.stdout, a.stderr)
	}
	before := b.ids()
	for _, words := range [][]string{{"install"}, {"upgrade"}} {
		if a := b.must(1, append(words, other+"/compose.yaml")...); !strings.Contains(a.stderr, "--name") {
			t.Errorf("%s: how both can be is not said: %s", words[0], a.stderr)
		}
	}
	if now := b.ids(); !maps.Equal(now, before) {
		t.Errorf("containers %v, want %v", now, before)
	}
	b.must(0, "install", other+"/compose.yaml", "--name", "second")
	b.wantVolumes("docker_data", "second_data")
	b.must(0, "uninstall", "docker", "--purge", "--yes")
	b.wantVolumes("second_data")

	// Of these nobody listens where they are published.
	b.write(other+"/compose.yaml", strings.Replace(text, `"tcp::5432"`, `"tcp:127.0.0.1:5432"`, 1))
	a = b.must(0, "upgrade", "second")
	if !strings.Contains(a.stderr, "listens on port 5432 only on 127.0.0.1") {
		t.Errorf("that nobody gets to the port is not said: %s", a.stderr)
	}
}

// described is a project that says more of itself than Compose can, and has dollars that are meant.
const described = `name: shelf
services:
  web:
    image: app:1
    environment: {PRICE: "5$$ and $${more}"}
    ports: [{name: web, target: 80, published: "${port}"}]
x-safeport:
  settings: {port: {flag: port, type: port, default: 8000}}
  ready: {port: web, within: 1m}
`

// What was applied is in the journal: the files may be others by now, or gone.
func TestFilesThatAreGoneAreNotNeeded(t *testing.T) {
	lab.Long(t)
	b := newBench(t)
	b.tags("app:1", "app:2")
	file := b.Path("compose.yaml")
	b.write(file, described)
	b.must(0, "install", file)
	b.must(0, "upgrade", file, "--port", "8001")

	// The way back is judged by where it leads, and not by what the file says now.
	b.write(file, strings.ReplaceAll(described, "${port}", "8002"))
	b.Standin(t, lab.Process{Name: "nginx", Args: []string{"serve", "tcp::8002"}})
	b.must(0, "rollback", "shelf")
	end, err := b.TryStandin(t, lab.Process{Name: "nginx", Args: []string{"serve", "tcp::8001"}})
	if err != nil {
		t.Fatal(err)
	}
	b.write(file, described)
	b.must(0, "upgrade", file, "--image", "app:2") // to 8000, with 8001 kept for the way back
	end()

	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	if a := b.must(0, "status"); !strings.Contains(a.stdout, "http://127.0.0.1:8000") {
		t.Errorf("status: %s", a.stdout)
	}
	a := b.must(0, "export", "shelf")
	if !strings.Contains(a.stdout, "5$$ and $${more}") || !strings.Contains(a.stdout, "image: app:2") {
		t.Errorf("export: %s", a.stdout)
	}
	b.must(2, "upgrade", "shelf", "--port", "8005")
	b.must(0, "rollback", "shelf")
	b.must(0, "uninstall", "shelf")
	b.wantContainers(nil)
}

// A volume or a network that the file names in the place of another takes its place.
func TestAnotherVolumeInTheFileIsUsed(t *testing.T) {
	b := newBench(t)
	b.tags("app:1", "db:1")
	file := b.Path("compose.yaml")
	text := strings.Replace(store, "    volumes: [\"data:/data\"]\n", "    volumes: [\"data:/data\"]\n    networks: [inner]\n", 1) + "networks: {inner: {}}\n"
	b.write(file, text)
	b.must(0, "install", file)
	b.write(file, strings.ReplaceAll(strings.ReplaceAll(text, "data:", "more:"), "inner", "outer"))
	b.must(0, "upgrade", "store")
	b.wantRunning(map[string]string{"app": "app:1", "db": "db:1 store_more", "job": "app:1"})
	if n := b.inspect("store-r2-db-1").NetworkSettings.Networks; len(n) != 1 || n["store_outer"] == nil {
		t.Errorf("networks %v", n)
	}
}
