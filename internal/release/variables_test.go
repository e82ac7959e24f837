package release_test

import (
	"os"
	"strings"
	"testing"

	"github.com/safeport/safeport/lab"
)

// sized is a project whose port and token the shell chooses.
const sized = `name: sized
services:
  web:
    image: app:1
    ports: ["${HTTP:?which port?}:80"]
    environment: [TOKEN]
`

// What the shell said when a project was installed is not forgotten by an upgrade in another shell.
func TestVariablesOfTheShellAreKept(t *testing.T) {
	lab.Long(t)
	b := newBench(t)
	b.tags("app:1", "app:2")
	file := b.Path("compose.yaml")
	b.write(file, sized)
	in := func(env []string, status int, words ...string) answer {
		b.env = env
		return b.must(status, words...)
	}
	wantWeb := func(port, token, image string) {
		t.Helper()
		for c := range b.containers() {
			if is := b.inspect(c); is.State.Running {
				for _, bindings := range is.HostConfig.PortBindings {
					if bindings[0].HostPort != port {
						t.Errorf("%s has port %s, want %s", c, bindings[0].HostPort, port)
					}
				}
				env := strings.Join(is.Config.Env, " ")
				if is.Config.Image != image || !strings.Contains(env, "TOKEN="+token) {
					t.Errorf("%s of %s has %s", c, is.Config.Image, env)
				}
			}
		}
	}
	in(nil, 2, "install", file)
	in([]string{"HTTP=8000", "TOKEN=one"}, 0, "install", file)
	wantWeb("8000", "one", "app:1")
	if a := in(nil, 0, "upgrade", "sized"); !strings.Contains(a.stdout, "nothing to change") {
		t.Errorf("another shell changes it: %s%s", a.stderr, a.stdout)
	}
	b.write(file, strings.Replace(sized, "app:1", "app:2", 1))
	if a := in(nil, 0, "upgrade", "sized"); !strings.Contains(a.stderr, "variables from the installation: HTTP, TOKEN") {
		t.Errorf("what is kept is not told: %s", a.stderr)
	}
	wantWeb("8000", "one", "app:2")
	if a := in([]string{"HTTP=8001"}, 0, "upgrade", "sized", "--dry-run"); !strings.Contains(a.stdout, "service web in ports") {
		t.Errorf("what becomes other is not told: %s", a.stdout)
	}
	in([]string{"HTTP=8001"}, 0, "upgrade", "sized")
	wantWeb("8001", "one", "app:2")

	// What failed is not remembered.
	b.write(file, strings.Replace(sized, "image: app:1", "image: app:2\n    entrypoint: [/standin, none]", 1))
	in([]string{"HTTP=8002"}, 4, "upgrade", "sized")
	b.write(file, strings.Replace(sized, "app:1", "app:2", 1))
	if a := in(nil, 0, "upgrade", "sized"); !strings.Contains(a.stdout, "nothing to change") {
		t.Errorf("what failed is remembered: %s%s", a.stderr, a.stdout)
	}
	wantWeb("8001", "one", "app:2")
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	in(nil, 0, "uninstall", "sized")
	b.wantContainers(nil)
}
