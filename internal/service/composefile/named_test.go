package composefile

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/safeport/safeport/internal/service"
)

// What has a name, or is declared external, is called so on the host, and by Compose; the rest is called after the instance.
func TestNamesOnTheHost(t *testing.T) {
	write(t, map[string]string{"compose.yaml": `name: shop
services:
  web:
    image: a
    volumes: ["outside:/a", "own:/b", "named:/c", "fixed:/d", "$PWD/here:/e"]
    networks: [default, proxy, back, lan]
  off: {image: a, profiles: [p], volumes: ["unused:/a"], networks: [far]}
volumes: {outside: {external: true}, own: {}, named: {name: other}, fixed: {external: true, name: mine}, unused: {}}
networks: {proxy: {external: true}, back: {}, lan: {name: lan0}, far: {external: true}}
`})
	d, err := Load(t.Context(), service.Project{Files: []string{"compose.yaml"}, Dir: "/somewhere"})
	if err != nil {
		t.Fatal(err)
	}
	p, err := d.Compose(t.Context(), nil, "blue")
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for key, v := range p.Volumes {
		got["volume "+key] = v.Name
	}
	for key, n := range p.Networks {
		got["network "+key] = n.Name
	}
	want := map[string]string{
		"volume outside": "outside", "volume own": "blue_own", "volume named": "other", "volume fixed": "mine",
		"network default": "blue_default", "network proxy": "proxy", "network back": "blue_back", "network lan": "lan0",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if v := p.Services["web"].Volumes[4]; v.Type != "bind" || v.Source != "/somewhere/here" {
		t.Errorf("$PWD/here is %s %s", v.Type, v.Source)
	}
}

// The directory from which it was said, the profiles and the files by the environment are found again without it; what
// stands in .env is read again.
func TestRemembered(t *testing.T) {
	write(t, map[string]string{
		"a.yaml": "services: {a: {image: a}, b: {image: a, profiles: [p]}}\n", "compose.yaml": "name: shop\nservices: {a: {image: a}}\n",
		"with/.env": "COMPOSE_PROFILES=q\n", "with/compose.yaml": "services: {a: {image: a}}\n", "more.env": "A=1\n",
	})
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		said service.Project
		want service.Project
	}{
		{"nothing", service.Project{Files: []string{"compose.yaml"}}, service.Project{Files: []string{here + "/compose.yaml"}, Name: "shop", Dir: here}},
		{"the environment", service.Project{Files: []string{"."}, Environ: []string{"COMPOSE_FILE=a.yaml", "COMPOSE_PROFILES=p, x", "COMPOSE_PROJECT_NAME=blue", "PWD=/else"}},
			service.Project{Files: []string{here + "/a.yaml"}, Name: "blue", Profiles: []string{"p", "x"}, Dir: "/else"}},
		{"words", service.Project{Files: []string{"a.yaml"}, Name: "red", Profiles: []string{"p"}, EnvFiles: []string{"more.env"}},
			service.Project{Files: []string{here + "/a.yaml"}, Name: "red", Profiles: []string{"p"}, EnvFiles: []string{here + "/more.env"}, Dir: here}},
		{".env", service.Project{Files: []string{"with"}}, service.Project{Files: []string{here + "/with"}, Name: "with", Dir: here}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d, err := Load(t.Context(), tt.said)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, d.Remembered(), cmp.Comparer(slices.Equal[[]string])); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestUnsetVariables(t *testing.T) {
	write(t, map[string]string{
		"compose.yaml": `include: [sub/inc.yaml]
services:
  web:
    image: a:${TAG:-1}
    ports: ["${IP}:8080:80", "$PORT:81"]
    labels: ["$$no", "${IP}", "${A:-${DEEP}}", "${SET:-${NOT}}", "${SET:+${PRESENT}}", "${GONE:+${NOT}}", "${EMPTY-x}"]
`,
		"sub/inc.yaml": "services: {inc: {image: 'b:${THERE}${LOST}'}}\n", "sub/.env": "THERE=1\n", ".env.example": "IP=\n",
	})
	d, err := Load(t.Context(), service.Project{Files: []string{"compose.yaml"}, Environ: []string{"SET=1", "EMPTY="}})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, u := range d.Unset {
		got = append(got, strings.Join([]string{u.Name, u.Where, strings.Repeat("+", u.More), u.Sample}, " "))
	}
	want := []string{"IP compose.yaml:5 + .env.example", "PORT compose.yaml:5  .env.example", "DEEP compose.yaml:6  .env.example",
		"PRESENT compose.yaml:6  .env.example", "LOST sub/inc.yaml:1  .env.example"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestUndeclaredPorts(t *testing.T) {
	write(t, map[string]string{"compose.yaml": "services:\n  hass:\n    image: a\n    network_mode: host\n  agent: {image: a, network_mode: host, expose: ['9000']}\n"})
	d, err := Load(t.Context(), service.Project{Files: []string{"compose.yaml"}})
	if err != nil {
		t.Fatal(err)
	}
	got, err := d.Undeclared(nil)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]service.Undeclared{{Service: "hass", Where: "compose.yaml:3"}}, got); diff != "" {
		t.Error(diff)
	}
}

// Nothing that is no file is waited for or read to its end, wherever it is named.
func TestWhatIsNoFile(t *testing.T) {
	const web = "services: {web: {image: a}}\n"
	for name, files := range map[string]map[string]string{
		"the file":              {},
		"included":              {"compose.yaml": "include: [pipe]\n" + web},
		"included by a name":    {"compose.yaml": "include: ['${X:-pipe}']\n" + web},
		"in an included one":    {"compose.yaml": "include: [sub/a.yaml]\n" + web, "sub/a.yaml": "include: [../pipe]\n"},
		"an included one's env": {"compose.yaml": "include: [{path: a.yaml, env_file: pipe}]\n", "a.yaml": web},
		"extended":              {"compose.yaml": "services: {web: {extends: {file: pipe, service: web}}}\n"},
		"extended by a merge":   {"compose.yaml": "x-a: &a {extends: {file: pipe, service: web}}\nservices: {web: {<<: *a}}\n"},
		"extended twice":        {"compose.yaml": "services: {web: {extends: {file: sub/a.yaml, service: web}}}\n", "sub/a.yaml": "services: {web: {extends: {file: ../pipe, service: web}}}\n"},
		"variables":             {"compose.yaml": web},
	} {
		t.Run(name, func(t *testing.T) {
			write(t, files)
			if err := syscall.Mkfifo("pipe", 0o600); err != nil {
				t.Fatal(err)
			}
			said := service.Project{Files: []string{"compose.yaml"}}
			switch name {
			case "the file":
				said.Files = []string{"pipe"}
			case "variables":
				said.EnvFiles = []string{"pipe"}
			}
			done := make(chan error, 1)
			go func() { _, err := Load(t.Context(), said); done <- err }()
			select {
			case err := <-done:
				if err == nil || !strings.Contains(err.Error(), "is neither a file nor a directory") || strings.Contains(err.Error(), "\n") {
					t.Errorf("got %v", err)
				}
			case <-time.After(time.Minute):
				t.Fatal("it waits for the pipe")
			}
		})
	}
	for _, path := range []string{"/dev/zero", "/dev/tty"} {
		if _, err := Load(t.Context(), service.Project{Files: []string{path}}); err == nil {
			t.Errorf("%s is taken for a file", path)
		}
	}
}

// What the loader would take seconds and hundreds of megabytes for is refused before it is asked.
func TestTooLargeProjects(t *testing.T) {
	many := func(n int, text string) string {
		var b strings.Builder
		b.WriteString("services:\n")
		for i := range n {
			b.WriteString("  s" + string(rune('a'+i%26)) + strings.Repeat("x", i/26) + ": " + text + "\n")
		}
		return b.String()
	}
	list := "'" + strings.Join(slices.Repeat([]string{"80"}, 2000), "', '") + "'"
	for name, text := range map[string]string{
		"ranges":             many(40, "{image: a, ports: ['1-65535:1-65535']}"),
		"ranges by extends":  many(40, "{extends: base}") + "  base: {image: a, ports: ['10000-19999:10000-19999']}\n",
		"ranges by variable": many(2, "{image: a, ports: ['${R:-1-65535}:1-65535']}"),
		"a list":             "services: {a: {image: a, expose: [" + list + "]}}\n",
		"services":           many(1500, "{image: a}"),
		"merged into itself": "services: {a: {image: b}}\nx-a: &x {<<: *x}\n",
		"a list in itself":   "services: {a: {image: b}}\nx-a: &x [*x]\n",
	} {
		t.Run(name, func(t *testing.T) {
			write(t, map[string]string{"compose.yaml": text})
			allocated := testing.AllocsPerRun(1, func() {
				if _, err := Load(t.Context(), service.Project{Files: []string{"compose.yaml"}}); err == nil || strings.Contains(err.Error(), "\n") {
					t.Errorf("got %v, want an error of one line", err)
				}
			})
			if allocated > 1_000_000 {
				t.Errorf("%.0f allocations", allocated)
			}
		})
	}
	write(t, map[string]string{"compose.yaml": "services: {calls: {image: a, ports: ['16384-20000:16384-20000/udp']}}\n"})
	if _, err := Load(t.Context(), service.Project{Files: []string{"compose.yaml"}}); err != nil {
		t.Errorf("a range for calls is refused: %v", err)
	}
}

func TestSomewhereElse(t *testing.T) {
	for _, path := range []string{"https://github.com/a/b.git", "git@github.com:a/b.git", "oci://docker.io/a/b"} {
		if _, err := Load(t.Context(), service.Project{Files: []string{path}}); err == nil || !strings.Contains(err.Error(), "is remote") {
			t.Errorf("%s: got %v", path, err)
		}
	}
	d, err := Load(t.Context(), service.Project{Files: []string{"-"}, Name: "shop", Stdin: []byte("services: {a: {image: a, ports: ['80:80']}}\n")})
	if err != nil {
		t.Fatal(err)
	}
	if wants, err := d.Wants(nil); err != nil || len(wants) != 1 || filepath.Base(d.dir) == "" {
		t.Errorf("got %v, %v", wants, err)
	}
}
