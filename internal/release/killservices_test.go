package release_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/docker/compose/v5/pkg/api"
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"

	"github.com/safeport/safeport/internal/release/journal"
	"github.com/safeport/safeport/lab"
)

// farm is a project of several services with data: a database, migrations that run once, what is asked, and two workers whose
// data is in volumes that nobody has named.
const farm = `name: farm
services:
  db:
    image: db:DB
    command: ["tcp::5432"]
    restart: always
    environment: {STANDIN_KEEP: /data}
    volumes: ["data:/data"]
    healthcheck: {test: [CMD, /standin, try], interval: 1s, retries: 30}
  migrate:
    image: app:APP
    entrypoint: [/standin, try]
    restart: "no"
    depends_on: {db: {condition: service_healthy}}
  app:
    image: app:APP
    restart: unless-stopped
    environment: {STANDIN_KEEP: /uploads}
    ports: [{name: web, target: 80, published: "PORT"}]
    volumes: ["uploads:/uploads"]
    depends_on:
      db: {condition: service_healthy}
      migrate: {condition: service_completed_successfully}
  worker:
    image: worker:WORKER
    restart: unless-stopped
    environment: {STANDIN_KEEP: /queue}
    deploy: {replicas: 2}
    depends_on: [app]
volumes: {data: {}, uploads: {}}
`

// farming is one state of it.
type farming struct{ port, app, db, worker string }

func (f farming) file() string {
	return strings.NewReplacer("PORT", f.port, "APP", f.app, "DB", f.db, "WORKER", f.worker).Replace(farm)
}

// images are those of the services that have data, with the place where they have it.
func (f farming) images() map[string]string {
	return map[string]string{"db 1": "db:" + f.db, "app 1": "app:" + f.app, "worker 1": "worker:" + f.worker, "worker 2": "worker:" + f.worker}
}

var keptAt = map[string]string{"db": "/data", "app": "/uploads", "worker": "/queue"}

// farmer lives through kills of the project.
type farmer struct {
	*bench
	path    string            // of the file
	volumes map[string]string // the data of each container of a service, as it was at first
	left    []string          // volumes without a name of what was uninstalled and not purged
	found   *killings
}

func newFarmer(t *testing.T, found *killings) *farmer {
	b := newBench(t)
	b.instance = "farm"
	var list []lab.Image
	for _, program := range []string{"db", "app", "worker"} {
		for _, tag := range []string{"1", "2"} {
			image := lab.Foreign(program + ":" + tag)
			image.Env = []string{"STANDIN_VERSION=" + tag, "STANDIN_PROGRAM=" + program}
			if program == "worker" {
				image.Volumes = []string{"/queue"}
			}
			list = append(list, image)
		}
	}
	if err := b.engine.Load(t.Context(), list...); err != nil {
		t.Fatal(err)
	}
	return &farmer{bench: b, path: b.Path("compose.yaml"), found: found}
}

// TestKilledChangesOfSeveralServicesHeal kills each change of a project at each step. After the same command once more every
// service has the image that it is to have, and the data that it had.
func TestKilledChangesOfSeveralServicesHeal(t *testing.T) {
	lab.Long(t)
	t.Parallel()
	tried, rounds, benches := fewSteps, 1, 1
	if torture {
		tried, rounds, benches = stepsOf, 7, 2
	}
	var found killings
	t.Run("kills", func(t *testing.T) {
		for first := range benches {
			t.Run(fmt.Sprint(first), func(t *testing.T) {
				f := newFarmer(t, &found)
				turns := map[journal.Action]int{}
				for range rounds {
					f.season(func(action journal.Action) journal.StepKind {
						turns[action]++
						return tried[action][(first*rounds+turns[action])%len(tried[action])]
					})
				}
			})
		}
	})
	t.Logf("what was killed, and what became of it:\n%s", &found)
}

// season installs the project, changes its port and each image, rolls back, uninstalls and purges; each is killed once.
func (f *farmer) season(stepOf func(journal.Action) journal.StepKind) {
	f.Helper()
	f.volumes = nil
	is := farming{"8000", "1", "1", "1"}
	before := is
	f.change(journal.Install, stepOf(journal.Install), farming{}, is, "install", f.path)
	for _, edit := range []func(*farming){
		func(x *farming) { x.port = "8001" },
		func(x *farming) { x.db = "2" },
		func(x *farming) { x.app = "2" },
		func(x *farming) { x.worker = "2" },
	} {
		before = is
		edit(&is)
		f.change(journal.Upgrade, stepOf(journal.Upgrade), before, is, "upgrade", "farm")
	}
	f.change(journal.Rollback, stepOf(journal.Rollback), is, before, "rollback", "farm")
	f.change(journal.Uninstall, stepOf(journal.Uninstall), before, farming{}, "uninstall", "farm")
	f.change(journal.Install, stepOf(journal.Install), farming{}, is, "install", f.path)
	f.change(purge, stepOf(purge), is, farming{}, "uninstall", "farm", "--purge", "--yes")
}

// change kills a change and does it again.
func (f *farmer) change(action journal.Action, step journal.StepKind, before, then farming, words ...string) {
	f.Helper()
	if then.port != "" && action != journal.Rollback {
		f.write(f.path, then.file())
	}
	delay := rand.N(lasting(step))
	_, hit := f.killed(syscall.SIGKILL, step, delay, words...)
	k := killing{action: action, step: step, found: f.standing(site{before.app, before.port}, site{then.app, then.port})}
	a := f.run(words...)
	what := fmt.Sprintf("%s to %+v, killed %s after the step %s began (met: %t), and then: status %d\n%s", action, then, delay, step, hit, a.status, a.stderr)
	f.Logf("%s", what)
	// Killed after it was committed, a rollback has nothing more to go back to.
	if a.status != 0 && !(action == journal.Rollback && a.status == 1) {
		f.Fatal(what)
	}
	if k.healedBy = healedBy(a); hit {
		f.found.add(k)
	}
	switch {
	case action == purge:
		f.wantContainers(nil)
		f.wantVolumes(f.left...)
		f.volumes = nil
	case then.port == "":
		f.wantContainers(nil)
		for _, worker := range []string{"worker 1", "worker 2"} {
			f.left = append(f.left, f.volumes[worker])
			delete(f.volumes, worker)
		}
		slices.Sort(f.left)
	default:
		f.whole(then)
		f.serves(then.port, then.app)
	}
	if before.port != "" && before.port != then.port {
		f.serves(before.port, "")
	}
	if p := f.pending(); p != nil {
		f.Errorf("still pending: %s", p)
	}
	if f.Failed() {
		f.Fatalf("that was: %s", what)
	}
}

// lasting is how long after its beginning a step of several services can be killed.
func lasting(step journal.StepKind) time.Duration {
	switch step {
	case journal.StepCreate, journal.StepStart, journal.StepStop, journal.StepWait:
		return 1500 * time.Millisecond
	}
	return lasts(step)
}

// whole demands that each service runs once, of its image and on its data, and that what is set aside rests.
func (f *farmer) whole(want farming) {
	f.Helper()
	list, err := f.engine.ContainerList(context.Background(), client.ContainerListOptions{All: true})
	if err != nil {
		f.Fatal(err)
	}
	images, volumes, others := map[string]string{}, map[string]string{}, map[string]int{}
	for _, c := range list.Items {
		is, service := f.inspect(c.ID), c.Labels[api.ServiceLabel]
		one := service + " " + c.Labels[api.ContainerNumberLabel]
		if service == "migrate" {
			if is.State.Running {
				f.Errorf("%s runs", is.Name)
			}
			others[one]++
			continue
		}
		if !is.State.Running {
			others[one]++
			if policy := is.HostConfig.RestartPolicy.Name; policy != "no" {
				f.Errorf("%s would come back at the next boot: %s", is.Name, policy)
			}
			continue
		}
		place := keptAt[service]
		service += " " + c.Labels[api.ContainerNumberLabel]
		if images[service] != "" {
			f.Errorf("service %s runs twice", service)
		}
		images[service] = is.Config.Image
		i := slices.IndexFunc(is.Mounts, func(m container.MountPoint) bool { return m.Destination == place })
		if i < 0 {
			f.Errorf("%s has no volume at %s", is.Name, place)
			continue
		}
		volumes[service] = is.Mounts[i].Name
		f.data(service, is.Mounts[i].Source)
	}
	if !maps.Equal(images, want.images()) {
		f.Errorf("running are %v, want %v", images, want.images())
	}
	for one, n := range others {
		if n > 2 || n > 1 && one != "migrate 1" { // of which that of the release that serves has ended, too
			f.Errorf("more than one release is set aside: %d of %s", n, one)
		}
	}
	for service, volume := range f.volumes {
		if volumes[service] != volume {
			f.Errorf("service %s has the volume %s, and had %s", service, volumes[service], volume)
		}
	}
	f.volumes = volumes
}

// data demands that a directory is the service's, has what was put there, and puts something there the first time.
func (f *farmer) data(service, dir string) {
	f.Helper()
	program, _, _ := strings.Cut(service, " ")
	if note, err := os.ReadFile(filepath.Join(dir, "intruder")); err == nil {
		f.Errorf("%s", note)
	}
	owner, err := os.ReadFile(filepath.Join(dir, "owner"))
	for began := time.Now(); os.IsNotExist(err) && time.Since(began) < time.Minute; time.Sleep(50 * time.Millisecond) {
		owner, err = os.ReadFile(filepath.Join(dir, "owner")) // it runs, and has not come to it yet
	}
	if err != nil || string(owner) != program {
		f.Errorf("the data of %s is that of %q, %v", service, owner, err)
	}
	precious := filepath.Join(dir, "precious")
	if f.volumes[service] == "" {
		if err := os.WriteFile(precious, []byte(service), 0o600); err != nil {
			f.Fatal(err)
		}
	}
	if text, err := os.ReadFile(precious); err != nil || string(text) != service {
		f.Errorf("the data of %s is lost: %q, %v", service, text, err)
	}
}

// TestKilledAdoptionsHeal kills the takeover of a project that runs by Compose, and the way back, at their steps. The containers that
// Compose has made are the same afterwards, and what they have stays whatever is said to safeport.
func TestKilledAdoptionsHeal(t *testing.T) {
	lab.Long(t)
	t.Parallel()
	over := []journal.StepKind{journal.StepCreate, journal.StepRetire, journal.StepStart}
	back := []journal.StepKind{journal.StepStop, journal.StepPromote, journal.StepStart}
	if torture {
		over, back = stepsOf[journal.Upgrade], stepsOf[journal.Rollback]
	}
	var found killings
	t.Run("kills", func(t *testing.T) {
		t.Run("adoption", func(t *testing.T) {
			f := newFarmer(t, &found)
			f.BuildCompose(t)
			was, is := farming{"8000", "1", "1", "1"}, farming{"8001", "2", "2", "2"}
			dir := f.Path("farm")
			if err := os.Mkdir(dir, 0o755); err != nil {
				t.Fatal(err)
			}
			f.path = filepath.Join(dir, "compose.yaml")
			f.write(f.path, was.file())
			f.compose(dir, "up", "-d")
			original := f.ids()
			f.whole(was)
			for i := range max(len(over), len(back)) {
				f.change(journal.Upgrade, over[i%len(over)], was, is, "upgrade", f.path)
				f.change(journal.Rollback, back[i%len(back)], is, was, "rollback", "farm")
				for name, id := range original {
					if now := f.ids()[name]; now != id {
						t.Fatalf("%s is %s and not the container that Compose had made, %s", name, now, id)
					}
				}
			}
			f.change(journal.Upgrade, journal.StepCommit, was, is, "upgrade", f.path)
			had := slices.Sorted(maps.Values(f.volumes))
			f.must(0, "uninstall", "farm", "--purge", "--yes")
			f.wantContainers(nil)
			f.wantVolumes(had...)
		})
	})
	t.Logf("what was killed, and what became of it:\n%s", &found)
}
