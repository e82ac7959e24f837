package instance

import (
	"slices"
	"strings"
	"testing"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/service"
)

// container is one that runs; its id is its name.
func container(name, image string, change ...func(*facts.Container)) facts.Container {
	c := facts.Container{ID: "id-" + name, Name: name, Image: image, State: "running", Started: true,
		Labels: map[string]string{}, Network: "bridge"}
	for _, f := range change {
		f(&c)
	}
	return c
}

func args(words ...string) func(*facts.Container) {
	return func(c *facts.Container) { c.Args = words }
}

func state(s string, started bool) func(*facts.Container) {
	return func(c *facts.Container) { c.State, c.Started = s, started }
}

func label(key, value string) func(*facts.Container) {
	return func(c *facts.Container) { c.Labels[key] = value }
}

func data(c *facts.Container) {
	c.Mounts = []facts.Mount{{Volume: "gpustack-data", Destination: "/var/lib/gpustack"}}
}

func project(name string) func(*facts.Container) {
	return func(c *facts.Container) { c.Project = name }
}

// of labels a container of an instance's release.
func of(instance, release string) func(*facts.Container) {
	return func(c *facts.Container) {
		c.Labels[LabelService], c.Labels[LabelInstance], c.Labels[LabelRelease] = "gpustack", instance, release
	}
}

// compose labels a container as Compose does.
func compose(project, service, number string) func(*facts.Container) {
	return func(c *facts.Container) {
		c.Project, c.Labels[labelProject], c.Labels[labelPart], c.Labels[labelNumber] = project, project, service, number
	}
}

const image = "gpustack/gpustack:v2.2.3"

func TestFind(t *testing.T) {
	tests := []struct {
		name       string
		asked      string
		containers []facts.Container
		want       string // "NAME SITUATION own=… others=… taken=… ambiguous=…", parts that are empty left out
	}{
		{"nothing there", "", nil, "gpustack fresh"},
		{"runs", "", []facts.Container{container("gpustack", image)}, "gpustack upgrade own=gpustack"},
		{"paused", "", []facts.Container{container("gpustack", image, state("paused", true))}, "gpustack upgrade own=gpustack"},
		{"restarting", "", []facts.Container{container("gpustack", image, state("restarting", true))}, "gpustack upgrade own=gpustack"},
		{"stopped", "", []facts.Container{container("gpustack", image, state("exited", true))}, "gpustack reinstall own=gpustack"},
		{"dead", "", []facts.Container{container("gpustack", image, state("dead", true))}, "gpustack reinstall own=gpustack"},
		{"created, never ran", "", []facts.Container{container("gpustack", image, state("created", false))}, "gpustack half-installed own=gpustack"},
		{"taken over with a Compose project, set aside, and given back", "", []facts.Container{
			container("gpustack-server", image, project("gpustack")),
			container("gpustack-server-r1", image, state("exited", true), label(LabelService, "gpustack"), label(LabelInstance, "gpustack"),
				label(LabelChange, `{"from":{"containers":[{"id":"id-gpustack-server"}]}}`)),
		}, "gpustack upgrade own=gpustack-server,gpustack-server-r1"},
		{"another name", "", []facts.Container{container("koko", image)}, "koko upgrade own=koko"},
		{"look-alike name", "", []facts.Container{container("my-gpustack-exporter", "prom/exporter:1")}, "gpustack fresh"},
		{"look-alike image", "", []facts.Container{container("x", "someone/my-gpustack:1")}, "gpustack fresh"},
		{"image of another repository of the same last word", "", []facts.Container{container("x", "someone/gpustack:1")}, "gpustack fresh"},
		{"our name on a foreign image", "", []facts.Container{container("gpustack", "nginx:1.27")}, "gpustack fresh taken=gpustack"},
		{"our name on a foreign image beside ours", "", []facts.Container{container("gpustack", "nginx:1.27"), container("koko", image)},
			"koko upgrade own=koko"},
		{"our name on a foreign image, asked for", "gpustack", []facts.Container{container("gpustack", "nginx:1.27"), container("koko", image)},
			"gpustack fresh others=koko taken=gpustack"},
		{"other registry", "", []facts.Container{container("a", "quay.io/gpustack/gpustack:v2")}, "a upgrade own=a"},
		{"mirror with a path", "", []facts.Container{container("a", "mirror.local:5000/docker.io/gpustack/gpustack@sha256:"+strings.Repeat("a", 64))},
			"a upgrade own=a"},
		{"tag moved on, known by the image's tags", "", []facts.Container{container("a", "sha256:"+strings.Repeat("a", 64),
			func(c *facts.Container) { c.ImageTags = []string{"gpustack/gpustack:v2.2.3"} })}, "a upgrade own=a"},
		{"known by the source that the image names", "", []facts.Container{container("a", "internal/llm:7",
			label("org.opencontainers.image.source", "https://github.com/gpustack/GPUStack.git"))}, "a upgrade own=a"},
		{"another source", "", []facts.Container{container("a", "internal/llm:7",
			label("org.opencontainers.image.source", "https://github.com/gpustack/runner"))}, "gpustack fresh"},
		{"built anew, with our data", "", []facts.Container{container("a", "registry.local/ai/gpustack:2", data)}, "a upgrade own=a"},
		{"another image with our data", "", []facts.Container{container("backup", "restic/restic:1", data)}, "gpustack fresh"},
		{"an exporter with our data", "", []facts.Container{container("gpustack-exporter", "me/gpustack-exporter:1", data)}, "gpustack fresh"},
		{"image id alone with our data and name", "", []facts.Container{container("gpustack", "sha256:"+strings.Repeat("b", 64), data)},
			"gpustack upgrade own=gpustack"},
		{"worker", "", []facts.Container{container("gpustack-worker", image, args("gpustack", "start", "--server-url", "http://a"))}, "gpustack fresh"},
		{"worker by short flag", "", []facts.Container{container("w", image, args("-s", "http://a"))}, "gpustack fresh"},
		{"worker by flag with value", "", []facts.Container{container("w", image, args("--server-url=http://a"))}, "gpustack fresh"},
		{"worker by variable", "", []facts.Container{container("w", image, func(c *facts.Container) { c.Env = []string{"GPUSTACK_SERVER_URL=http://a"} })},
			"gpustack fresh"},
		{"server with an empty variable", "", []facts.Container{container("w", image, func(c *facts.Container) { c.Env = []string{"GPUSTACK_SERVER_URL="} })},
			"w upgrade own=w"},
		{"worker has our name", "", []facts.Container{container("gpustack", image, args("-s", "http://a"))}, "gpustack fresh taken=gpustack"},
		{"labelled as another service", "", []facts.Container{container("w", image, label(LabelService, "gpustack-worker"))}, "gpustack fresh"},
		{"releases of one instance", "", []facts.Container{
			container("gpustack-r1", image, label(LabelService, "gpustack"), label(LabelInstance, "gpustack"), state("exited", true)),
			container("gpustack", image, label(LabelService, "gpustack"), label(LabelInstance, "gpustack"))},
			"gpustack upgrade own=gpustack,gpustack-r1"},
		{"a copy of a release's container", "", []facts.Container{
			container("blue-r1-server-1", image, of("blue", "1"), compose("blue-r1", "server", "1")),
			container("debug", "snap:1", of("blue", "1"), compose("blue-r1", "server", "1"))}, "blue upgrade own=blue-r1-server-1"},
		{"a copy of a container with a name of its own", "", []facts.Container{
			container("debug", "snap:1", of("blue", "2"), label(LabelName, "llm"), compose("blue-r2", "server", "1")),
			container("llm", image, of("blue", "2"), label(LabelName, "llm"), compose("blue-r2", "server", "1"))}, "blue upgrade own=llm"},
		{"renamed by hand", "", []facts.Container{
			container("web", image, of("blue", "1"), compose("blue-r1", "server", "1"))}, "blue upgrade own=web"},
		{"two of one service", "", []facts.Container{
			container("blue-r1-server-1", image, of("blue", "1"), compose("blue-r1", "server", "1")),
			container("blue-r1-server-2", image, of("blue", "1"), compose("blue-r1", "server", "2"))},
			"blue upgrade own=blue-r1-server-1,blue-r1-server-2"},
		{"what Compose ran once", "", []facts.Container{container("shell", image, compose("ai", "server", "1"), label(labelOneOff, "True"))},
			"gpustack fresh"},
		{"two, one has the usual name", "", []facts.Container{container("koko", image), container("gpustack", image)},
			"gpustack upgrade own=gpustack others=koko"},
		{"two, none has the usual name", "", []facts.Container{container("a", image), container("b", image)},
			"gpustack fresh ambiguous=a,b"},
		{"two, one asked for", "b", []facts.Container{container("a", image), container("b", image)}, "b upgrade own=b others=a"},
		{"two, a third asked for", "c", []facts.Container{container("a", image), container("b", image)}, "c fresh others=a,b"},
		{"asked for by Compose project", "ai", []facts.Container{container("ai-server-1", image, project("ai"))}, "ai upgrade own=ai-server-1"},
		{"a neighbour in the Compose project", "ai", []facts.Container{container("ai-server-1", image, project("ai")), container("ai-nginx-1", "nginx", project("ai"))},
			"ai upgrade own=ai-server-1"},
		{"asked for by label", "blue", []facts.Container{container("x", image, label(LabelService, "gpustack"), label(LabelInstance, "blue"))},
			"blue upgrade own=x"},
	}
	def, err := service.Lookup("gpustack")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in := Find(def, tt.asked, tt.containers)
			if got := describe(in); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
			for _, c := range tt.containers {
				owned := in.Owns(facts.PortUse{Owner: facts.Container{ID: c.ID}})
				if want := contains(in.Containers, c); owned != want {
					t.Errorf("a claim of %s: own is %v, want %v", c.Name, owned, want)
				}
			}
		})
	}
}

func describe(in Instance) string {
	s := in.Name + " " + string(in.Situation)
	for _, part := range []struct {
		name string
		list []facts.Container
	}{{"own", in.Containers}, {"others", in.Others}, {"ambiguous", in.Ambiguous}} {
		if names := names(part.list); names != "" {
			s += " " + part.name + "=" + names
		}
	}
	if in.NameTaken != nil {
		s += " taken=" + in.NameTaken.Name
	}
	return s
}

func names(list []facts.Container) string {
	var words []string
	for _, c := range list {
		words = append(words, c.Name)
	}
	return strings.Join(words, ",")
}

func TestObserve(t *testing.T) {
	def, err := service.Lookup("gpustack")
	if err != nil {
		t.Fatal(err)
	}
	script := facts.PortUse{Unit: "gpustack.service"}
	nginx := facts.PortUse{Unit: "nginx.service"}
	users := facts.PortUse{Unit: "gpustack.service", UserUnit: true, UnitUID: 1000}
	tests := []struct {
		name       string
		asked      string
		containers []facts.Container
		claims     []facts.PortUse
		situation  Situation
		owns       []bool // of each claim
	}{
		{"the script's unit", "", nil, []facts.PortUse{nginx, script}, Upgrade, []bool{false, true}},
		{"a user's unit of that name", "", nil, []facts.PortUse{users}, Fresh, []bool{false}},
		{"another unit", "", nil, []facts.PortUse{nginx}, Fresh, []bool{false}},
		{"the unit beside our container is in its way", "", []facts.Container{container("gpustack", image, state("exited", true))},
			[]facts.PortUse{script}, Reinstall, []bool{false}},
		{"the unit is not an instance of another name", "blue", nil, []facts.PortUse{script}, Fresh, []bool{false}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in := Find(def, tt.asked, tt.containers)
			in.Observe(tt.claims)
			if in.Situation != tt.situation {
				t.Errorf("situation is %s, want %s", in.Situation, tt.situation)
			}
			var owns []bool
			for _, c := range tt.claims {
				owns = append(owns, in.Owns(c))
			}
			if !slices.Equal(owns, tt.owns) {
				t.Errorf("owns %v, want %v", owns, tt.owns)
			}
		})
	}
}

func TestSameRepository(t *testing.T) {
	tests := []struct {
		name, image, repository string
		want                    bool
	}{
		{"library image", "nginx:1.27", "nginx", true},
		{"library image in full", "docker.io/library/nginx@sha256:" + strings.Repeat("a", 64), "nginx", true},
		{"somebody's image of that name", "bitnami/nginx", "nginx", false},
		{"own registry", "docker.gitea.com/gitea:1.24", "docker.gitea.com/gitea", true},
		{"another registry", "example.org/gitea:1.24", "docker.gitea.com/gitea", false},
		{"part of a word", "my/xgpustack/gpustack", "gpustack/gpustack", false},
		{"registry with a port", "localhost:5000/gpustack/gpustack", "gpustack/gpustack", true},
		{"no reference", "gpustack/GPUSTACK", "gpustack/gpustack", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := service.SameRepository(tt.image, tt.repository); got != tt.want {
				t.Errorf("SameRepository(%q, %q) = %v", tt.image, tt.repository, got)
			}
		})
	}
}
