package release_test

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/safeport/safeport/lab"
)

const helper = `#!/bin/sh
echo '{"ServerURL": "127.0.0.1:5000", "Username": "ann", "Secret": "open sesame"}'
`

// A registry that wants a password gets what "docker login" has kept, and one line says what is wrong when it does not.
func TestPrivateRegistry(t *testing.T) {
	lab.Long(t)
	b := newBench(t)
	registry := b.StartRegistry(t, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if user, password, ok := r.BasicAuth(); !ok || user != "ann" || password != "open sesame" {
				w.Header().Set("WWW-Authenticate", `Basic realm="private"`)
				w.WriteHeader(http.StatusUnauthorized)
				fmt.Fprint(w, `{"errors": [{"code": "UNAUTHORIZED", "message": "authentication required"}]}`)
				return
			}
			next.ServeHTTP(w, r)
		})
	})
	ref := registry.Addr + "/mirror/gpustack/gpustack:v2.2.2"
	image := lab.GPUStack("v2.2.2")
	image.Env = append(image.Env, "STANDIN_DATA=1")
	if err := registry.Push(t.Context(), ref, image); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(b.Path("bin", "docker-credential-lab"), []byte(helper), 0o755); err != nil {
		t.Fatal(err)
	}
	b.env = []string{"DOCKER_CONFIG=" + b.Path("config"), "PATH=" + b.Path("bin") + ":" + os.Getenv("PATH")}
	auths := func(secret string) string {
		return fmt.Sprintf(`{"auths": {%q: {"auth": %q}}}`, registry.Addr, base64.StdEncoding.EncodeToString([]byte(secret)))
	}
	for _, tt := range []struct {
		name, config string
		status       int
		says         string
	}{
		{"no credentials", `{}`, 1, "and " + b.Path("config", "config.json") + " has none: docker login 127.0.0.1:5000"},
		{"a wrong password", auths("ann:open barley"), 1, "rejects the credentials in " + b.Path("config", "config.json")},
		{"a helper that is not there", `{"credsStore": "nowhere"}`, 1, "docker-credential-nowhere"},
		{"a helper", `{"credHelpers": {"127.0.0.1:5000": "lab"}}`, 0, ""},
		{"a password", auths("ann:open sesame"), 0, ""},
	} {
		if err := os.MkdirAll(b.Path("config"), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(b.Path("config", "config.json"), []byte(tt.config), 0o600); err != nil {
			t.Fatal(err)
		}
		a := b.must(tt.status, "install", "gpustack", "--image", ref, "--pull", "always")
		if told := strings.Count(a.stderr, "\nsafeport: "); tt.status != 0 && told != 1 || !strings.Contains(a.stderr, tt.says) {
			t.Errorf("%s: %q is not told in one line:\n%s", tt.name, tt.says, a.stderr)
		}
		if tt.status != 0 {
			b.wantContainers(nil)
			continue
		}
		b.serves("80", "v2.2.2")
		journal, err := os.ReadFile(b.Path("state", "gpustack.json"))
		if err != nil {
			t.Fatal(err)
		}
		if text := string(journal) + a.stdout + a.stderr; strings.Contains(text, "sesame") {
			t.Errorf("%s: the password is told: %s", tt.name, text)
		}
		b.must(0, "uninstall", "gpustack")
	}
}
