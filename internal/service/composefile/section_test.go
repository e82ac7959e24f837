package composefile

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/safeport/safeport/internal/service"
)

// write puts the files into a directory of their own, which becomes the current one, and returns it.
func write(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
	return dir
}

// TestSectionErrors holds that a fault in a definition is told with its file and line, and what would be right.
func TestSectionErrors(t *testing.T) {
	const head = "services:\n  web:\n    image: nginx\n    ports: [{name: web, target: 80, published: \"${port}\"}]\nx-safeport:\n"
	tests := []struct {
		name, section, want string // the section begins at line 6
	}{
		{"unknown key", "  setings: {}\n", `compose.yaml:6: unknown key "setings" in x-safeport: did you mean "settings"?`},
		{"unknown key of a setting", "  settings:\n    port:\n      typ: port\n", `compose.yaml:8: unknown key "typ" in setting port: did you mean "type"?`},
		{"unknown key of a bind", "  binds:\n    - nmae: a\n", `compose.yaml:7: unknown key "nmae" in a bind: did you mean "name"?`},
		{"unknown key of the identity", "  identity: {image: x}\n", `compose.yaml:6: unknown key "image" in identity: did you mean "images"?`},
		{"key twice", "  about: a\n  about: b\n", `compose.yaml:7: "about" appears twice in x-safeport`},
		{"no mapping", "  settings: [port]\n", "compose.yaml:6: settings must be a mapping"},
		{"no list", "  binds: {name: a}\n", "compose.yaml:6: binds must be a list"},
		{"unknown type", "  settings:\n    port: {type: prot}\n", `compose.yaml:7: setting port: type "prot" is not one of`},
		{"default that is none", "  settings:\n    port: {type: port, default: 70000}\n", "compose.yaml:7: setting port: default: port 70000 is above 65535"},
		{"choice without choices", "  settings:\n    port: {type: choice}\n", "compose.yaml:7: setting port: a choice requires choices"},
		{"size that is none", "  settings:\n    port: {type: range, size: many}\n", `compose.yaml:7: setting port: size "many" is not a number of ports`},
		{"condition on nothing", "  settings:\n    port: {when: tls}\n", `compose.yaml:7: setting port: no setting "tls"`},
		{"condition on nothing, near", "  settings:\n    port: {when: porta}\n    ports: {}\n", `compose.yaml:7: setting port: no setting "porta": did you mean "port"?`},
		{"condition that is none", "  settings:\n    port:\n      when: [a b c d]\n", `compose.yaml:8: condition "a b c d": "b" is not one of`},
		{"default on nothing", "  settings:\n    port: {default: [{value: a, when: x}]}\n", `compose.yaml:7: setting port: no setting "x"`},
		{"partner that is not there", "  settings:\n    port: {with: key}\n", `compose.yaml:7: setting port: no setting "key"`},
		{"cycle", "  settings:\n    port: {when: b}\n    b: {when: c}\n    c: {when: b}\n", "compose.yaml:8: the condition of setting b depends on itself: b, c, b"},
		{"cycle by a default", "  settings:\n    port: {default: [{value: a, when: port}]}\n", "compose.yaml:7: the condition of setting port depends on itself: port, port"},
		{"bind without a name", "  binds:\n    - {port: 80}\n", "compose.yaml:7: bind : missing name"},
		{"bind on nothing", "  binds:\n    - {name: a, port: web-port}\n", `compose.yaml:7: bind a: "web-port" is neither a setting nor a port`},
		{"bind with a wrong protocol", "  binds:\n    - {name: a, port: 80, protocol: sctp}\n", `compose.yaml:7: bind a: sctp ports can't be checked`},
		{"bind with a wrong address", "  binds:\n    - {name: a, port: 80, address: lo}\n", `compose.yaml:7: bind a: address "lo" is not an IP address`},
		{"bind with a wrong need", "  binds:\n    - {name: a, port: 80-90, need: most}\n", `compose.yaml:7: bind a: need "most" is not all, any or`},
		{"bind under a condition on nothing", "  binds:\n    - {name: a, port: 80, when: x}\n", `compose.yaml:7: bind a: no setting "x"`},
		{"ready on nothing", "  ready: {port: wbe}\n", `compose.yaml:6: ready: no port "wbe": did you mean "web"?`},
		{"data that is nowhere", "  backup: [data]\n", `compose.yaml:6: "data" is not a container path`},
		{"duration that is none", "  ready: {port: web, within: soon}\n", `compose.yaml:6: "soon" is not a duration`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			write(t, map[string]string{"compose.yaml": head + tt.section})
			_, err := Load(t.Context(), service.Project{Files: []string{"compose.yaml"}})
			if err == nil {
				t.Fatal("no error")
			}
			if s := err.Error(); !strings.HasPrefix(s, tt.want) || strings.Contains(s, "\n") {
				t.Errorf("got  %s\nwant %s…", s, tt.want)
			}
		})
	}
}

func TestPortConditionErrors(t *testing.T) {
	write(t, map[string]string{"compose.yaml": `services:
  web:
    image: nginx
    ports:
      - target: 80
        published: "8080"
        x-when: tls
`})
	_, err := Load(t.Context(), service.Project{Files: []string{"compose.yaml"}})
	if want := `compose.yaml:5: no setting "tls"`; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestLegacyRefused(t *testing.T) {
	const head = "services: {a: {image: x}}\nx-safeport:\n  settings: {port: {type: port, default: 80}}\n  legacy:\n"
	for text, want := range map[string]string{
		"    keeps: [prot]\n":                            `compose.yaml:5: legacy: no setting "prot": did you mean "port"?`,
		"    implies: {port: 70000}\n":                   `compose.yaml:5: legacy implies port: port 70000 is above 65535`,
		"    implies: {prot: 80}\n":                      `compose.yaml:5: legacy: no setting "prot": did you mean "port"?`,
		"    steps: [{run: a}]\n":                        `compose.yaml:5: the step has no description`,
		"    steps: [{about: a, run: \"b ${prot}\"}]\n":  `compose.yaml:5: run: no setting "prot": did you mean "port"?`,
		"    steps: {about: a}\n":                        `compose.yaml:5: steps must be a list`,
		"    steps: [{about: a, command: b}]\n":          `compose.yaml:5: unknown key "command" in a step`,
		"    about: a\n    file: /x\n":                   `compose.yaml:6: unknown key "file" in legacy: did you mean "files"?`,
		"    steps: [{about: a, run: \"b ${port:?\"}]\n": `compose.yaml:5: run: `,
		"    move: {run: a}\n":                           `compose.yaml:5: the step has no description`,
		"    move: {about: a, run: \"b ${prot}\"}\n":     `compose.yaml:5: run: no setting "prot": did you mean "port"?`,
		"    move: {about: a, when: prot}\n":             `compose.yaml:5: `,
	} {
		t.Run(text, func(t *testing.T) {
			write(t, map[string]string{"compose.yaml": head + text})
			_, err := Load(t.Context(), service.Project{Files: []string{"compose.yaml"}})
			if err == nil || !strings.HasPrefix(err.Error(), want) {
				t.Errorf("got  %v\nwant %s", err, want)
			}
		})
	}
}

// Of what a built-in service answers when it is ready, people open some in a browser: not a worker's API.
func TestWhichServicesHaveAPage(t *testing.T) {
	for name, want := range map[string]bool{"gpustack": true, "gpustack-worker": false, "gitea": true, "open-webui": true} {
		d, err := Lookup(name)
		if err != nil {
			t.Fatal(err)
		}
		if d.HasPage() != want {
			t.Errorf("%s has a page: %v, want %v", name, !want, want)
		}
	}
}
