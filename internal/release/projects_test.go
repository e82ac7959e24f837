package release_test

import (
	"context"
	"encoding/json"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/moby/moby/client"

	"github.com/safeport/safeport/lab"
)

// life is a project below testdata/projects that the tests live through. In all of its files the port of the service that
// answers is 8080 and the tag of each image is 1, so that another one can be written there.
type life struct {
	name string
	main string // repository of the image that cannot start in the upgrade that fails
	data string // repository of the image that has the data; empty: none has any
}

// everyday are those that CI lives through, one of each sort.
var everyday = []life{
	{"wiki", "wiki-web", "postgres"},
	{"shop", "shop-app", "mariadb"},
	{"resolver", "resolver", "recursor"},
	{"vpn", "downloader", "tunnel"},
	{"parts", "api-gateway", "parts-db"},
	{"family", "family-app", "broker"},
}

// seldom are lived through when all are asked for (make projects).
var seldom = []life{
	{"proxy", "edge", ""},
	{"metrics", "prometheus", "grafana"},
	{"chat", "homeserver", "chat-postgres"},
	{"tools", "tools-web", "tools-data"},
	{"cluster", "balancer", "leader"},
	{"tuned", "analytics", "keeper"},
	{"home", "zigbee", "mosquitto"},
	{"shared", "sharing", "shared-index"},
	{"vault", "vault", ""},
	{"fixed", "fixed-router", "fixed-server"},
	{"named", "cloud", "postgres"},
	{"ledger", "ledger-app", "ledger-db"},
	{"pod", "pod-main", "pause"},
	{"logs", "ingest", "logstore"},
	{"mail", "webmail", "dovecot"},
	{"media", "media", "requests"},
	{"site", "site", "store"},
	{"old", "oldweb", "oldmysql"},
	{"picked", "picked-front", "picked-back"},
	{"platform", "platform-gateway", "platform-db"},
}

// eachTag says whether the tag of each image is changed (SAFEPORT_PROJECTS=all), rather than two of each project: of those of
// every day (some), or of all (brief).
func eachTag() bool { return os.Getenv("SAFEPORT_PROJECTS") == "all" }

// podman says whether the projects are lived through on Podman instead of Docker.
func podman() bool { return os.Getenv("SAFEPORT_PROJECTS_ENGINE") == "podman" }

// After each change every container of a project is what "docker compose up" makes of the same files on an engine of the
// same version, and what has the data has the same data.
func TestProjectsAreAsComposeMakesThem(t *testing.T) {
	if os.Getenv("SAFEPORT_PROJECTS") == "" {
		t.Skip("projects are lived through by: make projects")
	}
	list := slices.Concat(everyday, seldom)
	if os.Getenv("SAFEPORT_PROJECTS") == "some" {
		list = everyday
	}
	compose := lab.NewHost(t, lab.HostOptions{}).BuildCompose(t)
	start := func(t *testing.T, h *lab.Host) *lab.Engine { return h.StartEngine(t, lab.EngineOptions{}) }
	if podman() {
		start = func(t *testing.T, h *lab.Host) *lab.Engine {
			e := rootful.start(t, h)
			e.CheckHealth(t) // no systemd is there
			return e
		}
	}
	for _, l := range list {
		t.Run(l.name, func(t *testing.T) {
			t.Parallel()
			newLife(t, l, compose, start).live()
		})
	}
}

// says is whether a file of the project has the words in it.
func (l life) says(t *testing.T, words string) (found bool) {
	root := os.DirFS(filepath.Join("testdata", "projects", l.name))
	if err := fs.WalkDir(root, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(root, path)
		found = found || strings.Contains(string(text), words)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return found
}

// bound says whether a service of the project is made anew with another one: it has a part of its container, names it by a link, or is to be
// restarted with it, which Compose does to the container that is there; or with each change, as it has configurations or secrets of which the
// project does not hold the content.
func (l *lived) bound() bool {
	for _, words := range []string{"service:", "links:", "restart: true", "volumes_from:", "configs:", "secrets:"} {
		if l.says(l.T, words) {
			return true
		}
	}
	return false
}

// side is a host with an engine and the files of the project.
type side struct {
	*bench
	compose string // its program
	dir     string // of the project
}

// lived is a project that lives twice: ours by safeport, theirs by Compose alone.
type lived struct {
	life
	*testing.T
	ours, theirs side
	images       []string          // repositories
	mounts       map[string]string // which volume is mounted where, in ours
}

func newLife(t *testing.T, l life, compose string, start func(*testing.T, *lab.Host) *lab.Engine) *lived {
	made := func() side {
		h := lab.NewHost(t, lab.HostOptions{})
		e := start(t, h)
		b := &bench{T: t, Host: h, engine: e, endpoint: e.Endpoint, safeport: program, state: h.Path("state")}
		t.Cleanup(b.clean)
		s := side{b, compose, h.Path(l.name)}
		if err := os.CopyFS(s.dir, os.DirFS(filepath.Join("testdata", "projects", l.name))); err != nil {
			t.Fatal(err)
		}
		return s
	}
	lv := &lived{life: l, T: t, ours: made(), theirs: made()}
	config := lv.theirs.config()
	for _, service := range config.Services {
		repository, _, _ := strings.Cut(service.Image, ":")
		if !slices.Contains(lv.images, repository) {
			lv.images = append(lv.images, repository)
		}
	}
	slices.Sort(lv.images)
	for _, s := range []side{lv.ours, lv.theirs} {
		s.load(lv.images)
		s.makeExternals(config)
	}
	return lv
}

// load puts three versions of each image into the engine, of which the one that is called bad cannot start. What images of
// these programs bring is brought here, too.
func (s side) load(repositories []string) {
	s.Helper()
	var list []lab.Image
	for _, repository := range repositories {
		for _, tag := range []string{"1", "2", "bad"} {
			image := lab.Foreign(repository + ":" + tag)
			image.Env = []string{"VERSION=" + tag, "PATH=/bin"}
			switch repository {
			case "postgres":
				image.Volumes, image.StopSignal = []string{"/var/lib/postgresql/data"}, "SIGINT"
			case "redis", "cluster-node":
				image.Volumes = []string{"/data"}
			case "search":
				image.Health = []string{"CMD", "/standin", "try"}
			}
			if tag == "bad" {
				image.Entrypoint = []string{"none"}
			}
			list = append(list, image)
		}
	}
	if err := s.engine.Load(s.Context(), list...); err != nil {
		s.Fatal(err)
	}
}

// config is what Compose reads in the files.
type config struct {
	Services          map[string]struct{ Image string }
	Networks, Volumes map[string]struct {
		Name     string
		External bool
	}
}

func (s side) config() (c config) {
	s.Helper()
	out, err := s.runCompose("config", "--format", "json")
	if err != nil {
		s.Fatal(err)
	}
	if err := json.Unmarshal([]byte(out), &c); err != nil {
		s.Fatalf("%v in %s", err, out)
	}
	return c
}

func (s side) makeExternals(c config) {
	s.Helper()
	for _, n := range c.Networks {
		if n.External {
			if _, err := s.engine.NetworkCreate(s.Context(), n.Name, client.NetworkCreateOptions{}); err != nil {
				s.Fatal(err)
			}
		}
	}
	for _, v := range c.Volumes {
		if v.External {
			if _, err := s.engine.VolumeCreate(s.Context(), client.VolumeCreateOptions{Name: v.Name}); err != nil {
				s.Fatal(err)
			}
		}
	}
}

// runCompose runs Compose in the project's directory.
func (s side) runCompose(words ...string) (string, error) {
	cmd := s.Command(s.Context(), lab.Root, []string{"PATH=/usr/bin:/bin", "HOME=/nonexistent", "DOCKER_HOST=" + s.endpoint},
		append([]string{s.compose}, words...)...)
	cmd.Dir = s.dir
	var out, errs strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := s.Host.Run(cmd); err != nil {
		return "", &composeError{strings.Join(words, " "), err, errs.String()}
	}
	return out.String(), nil
}

type composeError struct {
	words string
	err   error
	said  string
}

func (e *composeError) Error() string {
	return "compose " + e.words + ": " + e.err.Error() + "\n" + e.said
}

// write makes the files of a side what they are in testdata, with other words in the place of some.
func (l *lived) write(s side, instead ...string) {
	l.Helper()
	root := os.DirFS(filepath.Join("testdata", "projects", l.name))
	replacer := strings.NewReplacer(instead...)
	err := fs.WalkDir(root, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(root, path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(s.dir, path), []byte(replacer.Replace(string(text))), 0o644)
	})
	if err != nil {
		l.Fatal(err)
	}
}

// step makes the files of both sides the same, changes theirs by Compose and ours by safeport, and demands the same of both.
func (l *lived) step(what string, instead []string, words ...string) {
	l.Helper()
	l.Log("=== ", what)
	l.write(l.ours, instead...)
	l.write(l.theirs, instead...)
	ours, theirs := l.ours.runningIDs(l.name), l.theirs.runningIDs(l.name)
	up := make(chan error)
	go func() {
		_, err := l.theirs.runCompose("up", "-d")
		up <- err
	}()
	a := l.ours.run(words...)
	switch err := <-up; {
	case err != nil && podman():
		l.Skipf("Compose itself does not get it to run on Podman: %v", err)
	case err != nil:
		l.Fatal(err)
	}
	if a.status != 0 {
		l.Fatalf("%s: safeport %s: status %d\n%s%s", what, strings.Join(words, " "), a.status, a.stderr, a.stdout)
	}
	l.same(what)
	if words[0] == "upgrade" && words[1] == l.name && !podman() && !l.bound() {
		// Compose makes all anew on Podman.
		kept := l.theirs.runningIDs(l.name)
		for name, id := range l.ours.runningIDs(l.name) {
			if id != ours[name] && ours[name] != "" && theirs[name] == kept[name] {
				l.Errorf("%s: %s was made anew, which Compose has kept", what, name)
			}
		}
	}
	for line := range strings.Lines(a.stderr) {
		if strings.Contains(line, "besides the settings") {
			l.Log(strings.TrimSpace(line))
		}
	}
}

// runningIDs are the containers that run, by service and number.
func (s side) runningIDs(project string) map[string]string {
	ids := map[string]string{}
	for _, c := range s.serving(project) {
		if runs(c) {
			ids[named(c)] = c["Id"].(string)
		}
	}
	return ids
}

// same demands that each container of ours is as theirs, and that its data is the data that it had.
func (l *lived) same(what string) {
	l.Helper()
	if diff := cmp.Diff(l.theirs.made(l.name), l.ours.made(l.name)); diff != "" {
		l.Errorf("%s: -compose +safeport:\n%s", what, diff)
	}
	now := l.ours.mounted(l.name)
	for where, volume := range l.mounts {
		if other, ok := now[where]; ok && other != volume {
			l.Errorf("%s: volume %s is at %s, where %s was", what, other, where, volume)
		}
	}
	l.mounts = now
}

func (l *lived) live() {
	file := l.ours.dir // as its user would name it who stands there: with what is put over compose.yaml
	l.step("install", nil, "install", file)
	port := []string{"8080", "8090"}
	l.step("changed port", port, "upgrade", l.name)
	instead, before := port, port
	for _, image := range l.images {
		if eachTag() || image == l.main || image == l.data {
			before, instead = instead, slices.Concat(instead, []string{image + ":1", image + ":2"})
			l.step("changed tag of "+image, instead, "upgrade", l.name)
		}
	}
	l.fail(slices.Concat([]string{l.main + ":1", l.main + ":bad"}, instead))
	l.step("rollback", before, "rollback", l.name)
	l.ours.must(0, "uninstall", l.name)
	l.ours.wantContainers(nil)

	l.mounts = nil
	l.write(l.ours)
	if _, err := l.ours.runCompose("up", "-d"); err != nil {
		l.Fatal(err)
	}
	keeps := true // Compose makes all containers anew at each "up" on an engine that tells the ids of networks otherwise, as Podman 4.3
	if podman() {
		first := l.ours.ids()
		if _, err := l.ours.runCompose("up", "-d"); err != nil {
			l.Fatal(err)
		}
		keeps = maps.Equal(first, l.ours.ids())
	}
	if podman() && l.says(l.T, "restart: always") { // which Podman could not take from it
		l.write(l.ours, port...)
		l.ours.must(1, "upgrade", file)
		return
	}
	if a := l.ours.must(0, "install", file); !podman() && !strings.Contains(a.stdout, "nothing to change") {
		l.Errorf("what Compose has made of the very files is taken for changed: %s", a.stdout)
	}
	began := l.ours.ids()
	l.step("adoption", port, "upgrade", file)
	l.fail(slices.Concat([]string{l.main + ":1", l.main + ":bad"}, port))
	l.step("giving back", nil, "rollback", l.name)
	if keeps {
		if _, err := l.ours.runCompose("up", "-d"); err != nil {
			l.Fatal(err)
		}
	}
	for name, id := range began {
		if now := l.ours.ids()[name]; now != id {
			l.Errorf("%s is %s and not the container that Compose had made, %s", name, now, id)
		}
	}
	l.same("given back")
	l.ours.must(0, "uninstall", l.name, "--purge", "--yes")
	l.ours.wantContainers(nil)
}

// fail upgrades to what cannot start: everything has to be as it was, to the very containers.
func (l *lived) fail(instead []string) {
	l.Helper()
	before := l.ours.ids()
	l.write(l.ours, instead...)
	l.ours.must(4, "upgrade", l.name)
	if now := l.ours.ids(); !maps.Equal(now, before) {
		l.Errorf("after an upgrade that failed there are %v, want %v", now, before)
	}
	l.same("after an upgrade that failed")
}

// settle waits until no container is on its way to another state.
func (s side) settle() []string {
	s.Helper()
	for began := time.Now(); ; time.Sleep(200 * time.Millisecond) {
		list, err := s.engine.ContainerList(context.Background(), client.ContainerListOptions{All: true})
		if err != nil {
			s.Fatal(err)
		}
		var ids []string
		moving := ""
		for _, c := range list.Items {
			ids = append(ids, c.ID)
			is := s.inspect(c.ID).State
			if is.Status == "restarting" || is.Status == "removing" || is.Running && is.Health != nil && is.Health.Status == "starting" {
				moving = c.Names[0]
			}
		}
		if moving == "" {
			return ids
		}
		if time.Since(began) > 3*time.Minute {
			s.Fatalf("%s does not settle", moving)
		}
	}
}
