package composefile

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/internal/service"
	"github.com/safeport/safeport/internal/settings"
)

// describe writes wants as "NAME [ADDRESS:]PORTS/PROTOCOL [any=N] MODE ORIGIN", one a line.
func describe(wants []port.Requirement) string {
	var lines []string
	for _, w := range wants {
		at := w.Ports.String()
		if w.Addr.IsValid() {
			at = w.Addr.String() + ":" + at
		}
		line := fmt.Sprintf("%s %s/%s", w.Name, at, w.Protocol)
		if w.AnyOf > 0 {
			line += fmt.Sprintf(" any=%d", w.AnyOf)
		}
		lines = append(lines, fmt.Sprintf("%s %s %s %s", line, w.Mode, w.Origin.Kind, w.Origin.Where))
	}
	return strings.Join(lines, "\n")
}

func wantsOf(t *testing.T, d *Definition, src settings.Sources) []port.Requirement {
	t.Helper()
	values, _, err := d.Resolve(src)
	if err != nil {
		t.Fatal(err)
	}
	wants, err := d.Wants(values)
	if err != nil {
		t.Fatal(err)
	}
	return wants
}

const gpustackOnTheHost = `web 0.0.0.0:30080/tcp bind definition compose.yaml:3
unused 127.0.0.1:8081/tcp bind definition compose.yaml:3
tunnel 0.0.0.0:30079/tcp bind definition compose.yaml:3`

func TestComposeProject(t *testing.T) {
	one := func(text string) map[string]string { return map[string]string{"compose.yaml": text} }
	web := func(ports string) map[string]string {
		return one("services:\n  web:\n    image: nginx\n    ports:\n" + ports)
	}
	tests := []struct {
		name     string
		files    map[string]string
		paths    []string // none: compose.yaml
		environ  []string
		profiles []string
		want     string
	}{
		{"short", web("      - 8080:80\n"), nil, nil, nil, "web-8080 8080/tcp publish definition compose.yaml:5"},
		{"address", web("      - 127.0.0.1:8080:80\n"), nil, nil, nil, "web-8080 127.0.0.1:8080/tcp publish definition compose.yaml:5"},
		{"IPv6 address", web("      - '[::1]:8080:80'\n"), nil, nil, nil, "web-8080 ::1:8080/tcp publish definition compose.yaml:5"},
		{"UDP beside TCP", web("      - 53:53/udp\n      - 53:53\n"), nil, nil, nil,
			"web-53 53/udp publish definition compose.yaml:5\nweb-53-2 53/tcp publish definition compose.yaml:6"},
		{"range", web("      - 8000-8010:80-90\n"), nil, nil, nil, "web-8000-8010 8000-8010/tcp publish definition compose.yaml:5"},
		{"any of a range", web("      - 8000-8010:80\n"), nil, nil, nil, "web-8000-8010 8000-8010/tcp any=1 publish definition compose.yaml:5"},
		{"two neighbours are two", web("      - 8080:80\n      - 8081:81\n"), nil, nil, nil,
			"web-8080 8080/tcp publish definition compose.yaml:5\nweb-8081 8081/tcp publish definition compose.yaml:6"},
		{"the engine picks", web("      - '80'\n"), nil, nil, nil, "web-80 0/tcp publish definition compose.yaml:5"},
		{"long", web("      - target: 80\n        published: 8080\n        host_ip: ::1\n        protocol: udp\n"), nil, nil, nil,
			"web-8080 ::1:8080/udp publish definition compose.yaml:5"},
		{"long, published as text", web("      - {target: 80, published: \"8080\", name: http}\n"), nil, nil, nil,
			"http 8080/tcp publish definition compose.yaml:5"},
		{"long range", web("      - {target: 80, published: 8080-8090}\n"), nil, nil, nil,
			"web-8080-8090 8080-8090/tcp any=1 publish definition compose.yaml:5"},
		{"variable", web("      - ${HTTP:-8080}:80\n"), nil, nil, nil, "web-8080 8080/tcp publish definition compose.yaml:5"},
		{"variable that is set", web("      - ${HTTP:-8080}:80\n"), nil, []string{"HTTP=9090"}, nil, "web-9090 9090/tcp publish definition compose.yaml:5"},
		{"variable from .env", map[string]string{".env": "HTTP=7070\n", "compose.yaml": "services: {web: {image: nginx, ports: [\"${HTTP}:80\"]}}\n"},
			nil, nil, nil, "web-7070 7070/tcp publish definition compose.yaml:1"},
		{"environment over .env", map[string]string{".env": "HTTP=7070\n", "compose.yaml": "services: {web: {image: nginx, ports: [\"${HTTP}:80\"]}}\n"},
			nil, []string{"HTTP=9090"}, nil, "web-9090 9090/tcp publish definition compose.yaml:1"},
		{"profile off", one("services:\n  web: {image: a, profiles: [x], ports: ['80:80']}\n  db: {image: b}\n"), nil, nil, nil, ""},
		{"profile on", one("services:\n  web: {image: a, profiles: [x], ports: ['80:80']}\n"), nil, nil, []string{"x"},
			"web-80 80/tcp publish definition compose.yaml:2"},
		{"profile on by the environment", one("services:\n  web: {image: a, profiles: [x], ports: ['80:80']}\n"), nil, []string{"COMPOSE_PROFILES=y,x"}, nil,
			"web-80 80/tcp publish definition compose.yaml:2"},
		{"several files", map[string]string{
			"compose.yaml": "services:\n  web:\n    image: a\n    ports: ['80:80']\n",
			"more.yaml":    "services:\n  web:\n    ports:\n      - 81:81\n"},
			[]string{"compose.yaml", "more.yaml"}, nil, nil,
			"web-80 80/tcp publish definition compose.yaml:4\nweb-81 81/tcp publish definition more.yaml:4"},
		{"a later file takes a port back", map[string]string{
			"compose.yaml": "services:\n  web:\n    image: a\n    ports: ['80:80']\n",
			"more.yaml":    "services:\n  web:\n    ports: !override\n      - 81:80\n"},
			[]string{"compose.yaml", "more.yaml"}, nil, nil, "web-81 81/tcp publish definition more.yaml:4"},
		{"a directory, with its override", map[string]string{
			"app/docker-compose.yml":          "services:\n  web:\n    image: a\n    ports: ['80:80']\n",
			"app/docker-compose.override.yml": "services:\n  web:\n    ports: ['81:81']\n"},
			[]string{"app"}, nil, nil,
			"web-80 80/tcp publish definition app/docker-compose.yml:4\nweb-81 81/tcp publish definition app/docker-compose.override.yml:3"},
		{"extends", map[string]string{
			"compose.yaml":   "services:\n  web:\n    extends: {file: base/base.yaml, service: base}\n",
			"base/base.yaml": "services:\n  base:\n    image: a\n    ports:\n      - 80:80\n"},
			nil, nil, nil, "web-80 80/tcp publish definition base/base.yaml:5"},
		{"include", map[string]string{
			"compose.yaml": "include: [sub/inc.yaml]\nservices: {db: {image: b}}\n",
			"sub/inc.yaml": "services:\n  web:\n    image: a\n    ports:\n      - 80:80\n"},
			nil, nil, nil, "web-80 80/tcp publish definition sub/inc.yaml:5"},
		{"alias", one("x-ports: &p\n  - 80:80\nservices:\n  web:\n    image: a\n    ports: *p\n"), nil, nil, nil,
			"web-80 80/tcp publish definition compose.yaml:2"},
		{"several containers", one("services:\n  web:\n    image: a\n    scale: 3\n    ports: ['8000-8010:80']\n"), nil, nil, nil,
			"web-8000-8010 8000-8010/tcp any=3 publish definition compose.yaml:5"},
		{"no container", one("services:\n  web:\n    image: a\n    deploy: {replicas: 0}\n    ports: ['80:80']\n"), nil, nil, nil, ""},
		{"the host's network", one("services:\n  web:\n    image: a\n    network_mode: host\n    expose:\n      - '3000'\n      - 8000-8010/udp\n"), nil, nil, nil,
			"web-3000 3000/tcp bind definition compose.yaml:6\nweb-8000-8010 8000-8010/udp bind definition compose.yaml:7"},
		{"the host's network, published all the same", one("services:\n  web:\n    image: a\n    network_mode: host\n    ports: ['8080:80']\n"), nil, nil, nil,
			"web-80 80/tcp bind definition compose.yaml:5"},
		{"exposed on the bridge is nothing", one("services:\n  web:\n    image: a\n    expose: ['3000']\n"), nil, nil, nil, ""},
		{"wanted twice is told by the verdict", one("services:\n  a: {image: a, ports: ['80:80']}\n  b: {image: a, ports: ['80:81']}\n"), nil, nil, nil,
			"a-80 80/tcp publish definition compose.yaml:2\nb-80 80/tcp publish definition compose.yaml:3"},
		{"the default network is named and not declared", one("services:\n  web:\n    image: a\n    networks: [default]\n    ports: ['80:80']\n"), nil, nil, nil,
			"web-80 80/tcp publish definition compose.yaml:5"},
		{"the default network with an alias", one("services:\n  web:\n    image: a\n    networks: {default: {aliases: [x]}}\n    ports: ['80:80']\n"), nil, nil, nil,
			"web-80 80/tcp publish definition compose.yaml:5"},
		{"protocol in capitals", web("      - 51413:51413/UDP\n"), nil, nil, nil, "web-51413 51413/udp publish definition compose.yaml:5"},
		{"no network of its own: known, and not published", one("services:\n  a: {image: a, network_mode: none, ports: ['80:80']}\n" +
			"  b: {image: a, network_mode: 'service:c', ports: ['81:80']}\n  c: {image: a, ports: ['82:80']}\n"), nil, nil, nil,
			"a-80 80/tcp publish definition compose.yaml:2\nb-81 81/tcp publish definition compose.yaml:3\nc-82 82/tcp publish definition compose.yaml:4"},
		{"merged in", one("x-web: &web\n  image: a\n  ports:\n    - 80:80\nservices:\n  web: {<<: *web}\n"), nil, nil, nil,
			"web-80 80/tcp publish definition compose.yaml:4"},
		{"files by the environment", map[string]string{"a.yaml": "services: {a: {image: a, ports: ['80:80']}}\n", "b.yaml": "services: {b: {image: b, ports: ['81:80']}}\n"},
			[]string{"."}, []string{"COMPOSE_FILE=a.yaml:b.yaml"}, nil, "a-80 80/tcp publish definition a.yaml:1\nb-81 81/tcp publish definition b.yaml:1"},
		{"files by .env", map[string]string{".env": "COMPOSE_FILE=a.yaml,b.yaml\nCOMPOSE_PATH_SEPARATOR=,\nCOMPOSE_PROFILES=p\n",
			"a.yaml": "services: {a: {image: a, ports: ['80:80']}}\n", "b.yaml": "services: {b: {image: b, profiles: [p], ports: ['81:80']}}\n"},
			[]string{"."}, nil, nil, "a-80 80/tcp publish definition a.yaml:1\nb-81 81/tcp publish definition b.yaml:1"},
		{"GPUStack's own file on the host's network", one("services:\n  gpustack-server:\n    image: quay.io/gpustack/gpustack:v2.2.3\n    network_mode: host\n" +
			"    environment: {GPUSTACK_PORT: '8081'}\n    command: [--disable-metrics, --gateway-mode, disabled, --database-url, 'postgresql://x', --grafana-url, 'http://g']\n"),
			nil, nil, nil, gpustackOnTheHost},
		{"an old file with a version", one("version: '3.8'\nservices:\n  web:\n    image: a\n    ports: ['80:80']\n"), nil, nil, nil,
			"web-80 80/tcp publish definition compose.yaml:5"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			write(t, tt.files)
			paths := tt.paths
			if paths == nil {
				paths = []string{"compose.yaml"}
			}
			d, err := Load(t.Context(), service.Project{Files: paths, Environ: tt.environ, Profiles: tt.profiles})
			if err != nil {
				t.Fatal(err)
			}
			if got := describe(wantsOf(t, d, settings.Sources{})); got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

func TestComposeProjectName(t *testing.T) {
	const services = "services: {web: {image: nginx}}\n"
	tests := []struct {
		name, text string
		environ    []string
		want       string
	}{
		{"directory", services, nil, "my-app"},
		{"name", "name: shop\n" + services, nil, "shop"},
		{"environment over name", "name: shop\n" + services, []string{"COMPOSE_PROJECT_NAME=blue"}, "blue"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			write(t, map[string]string{"My-App/compose.yaml": tt.text})
			d, err := Load(t.Context(), service.Project{Files: []string{"My-App"}, Environ: tt.environ})
			if err != nil {
				t.Fatal(err)
			}
			if d.Project != tt.want || d.Instance != tt.want {
				t.Errorf("project %q, instance %q, want %q", d.Project, d.Instance, tt.want)
			}
		})
	}
}

func TestComposeErrors(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"syntax", "services: [\n", "compose.yaml:2: did not find expected node content"},
		{"no Compose key", "services:\n  web:\n    image: a\n    prots: ['80:80']\n", "compose.yaml:4: services.web.prots is no key of Compose"},
		{"no port", "services:\n  web:\n    image: a\n    ports:\n      - abc:80\n", `compose.yaml: invalid hostPort: abc`},
		{"a variable that must be set", "services:\n  web:\n    image: a\n    ports: ['${HTTP:?say which}:80']\n", "say which"},
		{"no services", "x-a: 1\n", "compose.yaml: the file has no services"},
		{"extends from nothing", "services:\n  web: {extends: {service: base}}\n", `compose.yaml: cannot extend service "web" in compose.yaml`},
		{"port above", "services:\n  web:\n    image: a\n    ports:\n      - {target: 80, published: '70000'}\n", "port 70000 is above 65535"},
		{"target above", "services:\n  web:\n    image: a\n    ports:\n      - {target: 70000, published: '80'}\n", "port 70000 is above 65535"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			write(t, map[string]string{"compose.yaml": tt.text})
			_, err := Load(t.Context(), service.Project{Files: []string{"compose.yaml"}})
			if err == nil {
				t.Fatal("no error")
			}
			if s := err.Error(); !strings.Contains(s, tt.want) || !strings.Contains(s, "compose.yaml") || strings.Contains(s, "\n") {
				t.Errorf("got  %s\nwant %s", s, tt.want)
			}
		})
	}
}

func TestComposeMissing(t *testing.T) {
	dir := write(t, map[string]string{"empty/readme": ""})
	for _, path := range []string{"none.yaml", dir + "/empty"} {
		if _, err := Load(t.Context(), service.Project{Files: []string{path}}); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: got %v", path, err)
		}
	}
}

// TestHostileCompose holds that a file made to waste time is refused, or read, quickly.
func TestHostileCompose(t *testing.T) {
	bomb := "x-0: &a0 [k, k, k, k, k, k, k, k, k]\n"
	for i := range 12 {
		bomb += fmt.Sprintf("x-%d: &a%d [%s]\n", i+1, i+1, strings.Join(slices.Repeat([]string{fmt.Sprintf("*a%d", i)}, 9), ", "))
	}
	tests := []struct{ name, text string }{
		{"alias bomb", bomb + "services: {web: {image: a}}\n"},
		{"deep", strings.Repeat("{a: ", 200_000)},
		{"10 MB", strings.Repeat("# 456789\n", 1_200_000)},
		{"circle of includes", "include: [compose.yaml]\n"},
		{"circle of extends", "services:\n  a: {extends: {service: b}}\n  b: {extends: {service: a}}\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			write(t, map[string]string{"compose.yaml": tt.text})
			start := time.Now()
			_, err := Load(t.Context(), service.Project{Files: []string{"compose.yaml"}})
			if took := time.Since(start); took > 3*time.Second {
				t.Errorf("took %v", took)
			}
			if err == nil || strings.Contains(err.Error(), "\n") {
				t.Errorf("got %v, want an error of one line", err)
			}
			t.Log(err)
		})
	}
}

// TestBuiltinAsUserFile holds that a built-in definition can do nothing that a user's own file cannot: read as one, it
// passes Compose's validation and wants the same ports.
func TestBuiltinAsUserFile(t *testing.T) {
	for _, name := range service.Names() {
		t.Run(name, func(t *testing.T) {
			text, err := service.ComposeFile(name)
			if err != nil {
				t.Fatal(err)
			}
			write(t, map[string]string{"compose.yaml": string(text)})
			own, err := Load(t.Context(), service.Project{Files: []string{"compose.yaml"}})
			if err != nil {
				t.Fatal(err)
			}
			builtin, err := Lookup(name)
			if err != nil {
				t.Fatal(err)
			}
			got, want := wantsOf(t, own, settings.Sources{}), wantsOf(t, builtin, settings.Sources{})
			if describe(got) != describe(want) {
				t.Errorf("got\n%s\nwant\n%s", describe(got), describe(want))
			}
		})
	}
}
