package release_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/safeport/safeport/lab"
)

// The value of a secret that a variable holds is in no file. Another one is a change all the same, and the way back brings the old one.
func TestChangedSecretIsAnUpgrade(t *testing.T) {
	lab.Long(t)
	b, dir, _ := newStore(t)
	text := strings.Replace(store, "    image: app:1\n    ports", "    image: app:1\n    secrets: [token]\n    ports", 1) + "secrets: {token: {environment: TOKEN}}\n"
	b.write(filepath.Join(dir, "compose.yaml"), text)
	reads := func(name, token string) {
		t.Helper()
		a := b.shell(0, "docker -H "+b.endpoint+" cp "+name+":/run/secrets/token - | tar -xO")
		if a.stdout != token {
			t.Errorf("%s reads %q, want %q", name, a.stdout, token)
		}
	}
	b.env = []string{"TOKEN=one"}
	b.must(0, "install", dir)
	if a := b.must(0, "upgrade", dir); !strings.Contains(a.stdout, "nothing to change") {
		t.Errorf("the same secret: %s", a.stdout)
	}
	b.env = []string{"TOKEN=another"}
	if a := b.must(0, "upgrade", dir); !strings.Contains(a.stderr, "its secrets") || strings.Contains(a.stderr, "another") {
		t.Errorf("that a secret changes is not said, or its value is: %s", a.stderr)
	}
	reads("store-r2-app-1", "another")
	b.env = nil
	if a := b.must(0, "upgrade", dir); !strings.Contains(a.stdout, "nothing to change") {
		t.Errorf("the secret of the installation: %s", a.stdout)
	}
	a := b.must(0, "export", "store")
	if !strings.Contains(a.stderr, "needs the variable TOKEN") || strings.Contains(a.stdout+a.stderr, "another") {
		t.Errorf("that the file needs the secret is not said, or its value is: %s\n%s", a.stderr, a.stdout)
	}
	b.must(0, "rollback", "store")
	reads("store-r1-app-1", "one")
}
