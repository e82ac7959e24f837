package engine

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// environment looks variables up in a map.
func environment(root string, vars map[string]string) Environment {
	return Environment{Root: root, LookupEnv: func(name string) (string, bool) {
		value, ok := vars[name]
		return value, ok
	}}
}

// withContext writes Docker's configuration directory with one context that is current, and returns it.
func withContext(t *testing.T, current, host string) string {
	t.Helper()
	dir := t.TempDir()
	write := func(file string, v any) {
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write(filepath.Join(dir, "config.json"), map[string]string{"currentContext": current})
	id := fmt.Sprintf("%x", sha256.Sum256([]byte("lab")))
	write(filepath.Join(dir, "contexts/meta", id, "meta.json"), map[string]any{
		"Name": "lab", "Endpoints": map[string]any{"docker": map[string]any{"Host": host}},
	})
	return dir
}

func TestTheEndpointThatSomebodyNamedIsAskedAlone(t *testing.T) {
	lab := withContext(t, "lab", "ssh://root@lab.example")
	broken := t.TempDir()
	if err := os.WriteFile(filepath.Join(broken, "config.json"), []byte("{"), 0o644); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, explicit string
		vars           map[string]string
		want           string // empty: none is named
	}{
		{"by flag", "unix:///tmp/a.sock", nil, "unix:///tmp/a.sock"},
		{"by flag, as a path", "/tmp/a.sock", nil, "unix:///tmp/a.sock"},
		{"by flag before DOCKER_HOST", "unix:///tmp/a.sock", map[string]string{"DOCKER_HOST": "tcp://b:2375"}, "unix:///tmp/a.sock"},
		{"by DOCKER_HOST", "", map[string]string{"DOCKER_HOST": "tcp://b:2375"}, "tcp://b:2375"},
		{"by DOCKER_HOST before a context", "", map[string]string{"DOCKER_HOST": "tcp://b:2375", "DOCKER_CONFIG": lab}, "tcp://b:2375"},
		{"by the current context", "", map[string]string{"DOCKER_CONFIG": lab}, "ssh://root@lab.example"},
		{"by DOCKER_CONTEXT", "", map[string]string{"DOCKER_CONFIG": withContext(t, "", "tcp://c:2376"), "DOCKER_CONTEXT": "lab"}, "tcp://c:2376"},
		{"by DOCKER_CONTEXT, the default one", "", map[string]string{"DOCKER_CONFIG": lab, "DOCKER_CONTEXT": "default"}, ""},
		{"a context that is not there", "", map[string]string{"DOCKER_CONFIG": lab, "DOCKER_CONTEXT": "other"}, ""},
		{"a configuration that cannot be read", "", map[string]string{"DOCKER_CONFIG": broken}, ""},
		{"nothing is named", "", nil, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Endpoints(tt.explicit, environment(t.TempDir(), tt.vars))
			if err != nil {
				t.Fatal(err)
			}
			var want []Endpoint
			if tt.want != "" {
				want = []Endpoint{{URL: tt.want, Named: true}}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestAnEndpointThatMakesNoSenseIsAnErrorThatSaysWhoNamedIt(t *testing.T) {
	for _, url := range []string{"docker", "unix://run/docker.sock", "unix:/run/docker.sock", "unix://", "tcp://", "tcp://:2375", "npipe:////./pipe/docker", "ftp://host", "tcp://[::1", "tcp://host:port", "\x00"} {
		lab := withContext(t, "lab", url)
		for origin, named := range map[string]struct {
			explicit string
			vars     map[string]string
		}{
			"--engine":             {url, nil},
			"DOCKER_HOST":          {"", map[string]string{"DOCKER_HOST": url}},
			`docker context "lab"`: {"", map[string]string{"DOCKER_CONFIG": lab}},
		} {
			t.Run(fmt.Sprintf("%s: %q", origin, url), func(t *testing.T) {
				got, err := Endpoints(named.explicit, environment(t.TempDir(), named.vars))
				if err == nil {
					t.Fatalf("got %v, want an error", got)
				}
				if s := err.Error(); !strings.HasPrefix(s, origin+": ") || !strings.Contains(s, fmt.Sprintf("%q", url)) || strings.Contains(s, "\n") {
					t.Errorf("error %q does not say that %s named %q", s, origin, url)
				}
			})
		}
	}
}

func TestTheUsualSocketsAreThoseThatAreThere(t *testing.T) {
	root, err := os.MkdirTemp("", "root") // a socket's path is at most 107 bytes, and t.TempDir's are long
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(root) })
	someone := strconv.Itoa(os.Getuid())
	mine := "/run/user/" + someone + "/podman/podman.sock"
	for _, path := range []string{"/run/docker.sock", mine, "/home/me/.docker/desktop/docker.sock"} {
		if err := os.MkdirAll(filepath.Dir(root+path), 0o755); err != nil {
			t.Fatal(err)
		}
		l, err := net.Listen("unix", root+path)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { l.Close() })
	}
	if err := os.MkdirAll(root+"/run/podman", 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(root+"/run/podman/podman.sock", nil, 0o644); err != nil { // no socket
		t.Fatal(err)
	}
	if err := os.MkdirAll(root+"/var", 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("../run", root+"/var/run"); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name string
		vars map[string]string
		want []string
	}{
		{"of the user too", map[string]string{"XDG_RUNTIME_DIR": "/run/user/" + someone, "HOME": "/home/me"},
			[]string{"/run/docker.sock", mine, "/home/me/.docker/desktop/docker.sock"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Endpoints("", environment(root, tt.vars))
			if err != nil {
				t.Fatal(err)
			}
			var want []Endpoint
			for _, path := range tt.want {
				want = append(want, Endpoint{URL: "unix://" + root + path})
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestRemoteIsWhatIsOnAnotherHost(t *testing.T) {
	tests := map[string]bool{
		"unix:///run/docker.sock":   false,
		"tcp://localhost:2375":      false,
		"tcp://127.0.0.1:2375":      false,
		"tcp://127.1.2.3:2375":      false,
		"tcp://[::1]:2375":          false,
		"tcp://192.0.2.1:2375":      true,
		"tcp://docker.example:2376": true,
		"https://docker.example":    true,
		"ssh://root@gpu-01":         true,
		"ssh://localhost":           true, // a tunnel to wherever its configuration says
	}
	for url, want := range tests {
		if got := (Endpoint{URL: url}).Remote(); got != want {
			t.Errorf("%s: %v, want %v", url, got, want)
		}
	}
}

func TestUsualIsWhatDockersCommandFindsByItself(t *testing.T) {
	for url, want := range map[string]bool{"unix:///run/docker.sock": true, "unix:///var/run/docker.sock": true, "unix:///run/podman/podman.sock": false} {
		if got := (Endpoint{URL: url}).usual(); got != want {
			t.Errorf("%s: %v, want %v", url, got, want)
		}
	}
}

// podman without a URL looks into the directories of whoever calls it, whatever DOCKER_HOST says.
func TestPodmanIsToldWhereAnotherUsersEngineListens(t *testing.T) {
	t.Setenv("XDG_RUNTIME_DIR", "/run/me")
	for _, tt := range []struct {
		uid       int
		url, want string
	}{
		{0, "unix:///run/podman/podman.sock", "podman"},
		{0, "unix:///run/user/1000/podman/podman.sock", "podman --url unix:///run/user/1000/podman/podman.sock"},
		{0, "unix:///srv/podman.sock", "podman --url unix:///srv/podman.sock"},
		{1000, "unix:///run/user/1000/podman/podman.sock", "podman"},
		{1000, "unix:///run/me/podman/podman.sock", "podman"},
		{1000, "unix:///run/user/1001/podman/podman.sock", "podman --url unix:///run/user/1001/podman/podman.sock"},
		{1000, "unix:///run/podman/podman.sock", "podman --url unix:///run/podman/podman.sock"},
	} {
		if got := (Endpoint{URL: tt.url, Named: true}).podman(tt.uid); got != tt.want {
			t.Errorf("user %d, %s: got %q, want %q", tt.uid, tt.url, got, tt.want)
		}
	}
	if got := (Endpoint{URL: "unix:///srv/podman.sock"}).CommandAsRoot("podman"); got != "podman --url unix:///srv/podman.sock" {
		t.Errorf("root is told %q", got)
	}
}
