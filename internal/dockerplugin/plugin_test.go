package dockerplugin

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestArguments(t *testing.T) {
	for _, tt := range []struct {
		args, want string
		env        map[string]string
	}{
		{"safeport check 80", "check 80", nil},
		{"safeport", "", nil},
		{"safeport check --publish 8080:80 -o json", "check --publish 8080:80 -o json", nil},
		{"--context far safeport check 80", "check 80", map[string]string{"DOCKER_CONTEXT": "far"}},
		{"--context=far -D safeport who 80", "who 80", map[string]string{"DOCKER_CONTEXT": "far"}},
		{"-H unix:///run/other.sock --config /etc/d safeport who 80", "who 80", map[string]string{"DOCKER_HOST": "unix:///run/other.sock", "DOCKER_CONFIG": "/etc/d"}},
		{"-c safeport safeport who 80", "who 80", map[string]string{"DOCKER_CONTEXT": "safeport"}},
	} {
		env := map[string]string{}
		got := strings.Join(Arguments(strings.Fields(tt.args), func(k, v string) { env[k] = v }), " ")
		if tt.env == nil {
			tt.env = map[string]string{}
		}
		if diff := cmp.Diff(tt.env, env); got != tt.want || diff != "" {
			t.Errorf("%q: got %q, want %q; environment:\n%s", tt.args, got, tt.want, diff)
		}
	}
}

// The real docker command finds the plugin, lists it, and runs it.
func TestDockerRunsIt(t *testing.T) {
	docker, err := exec.LookPath("docker")
	if err != nil {
		t.Skip("NOT TESTED: there is no docker command")
	}
	config := t.TempDir()
	plugin := filepath.Join(config, "cli-plugins", name)
	if err := os.MkdirAll(filepath.Dir(plugin), 0o755); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("go", "build", "-o", plugin, "github.com/safeport/safeport/cmd/safeport").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	run := func(args ...string) string {
		t.Helper()
		cmd := exec.Command(docker, args...)
		cmd.Env = append(os.Environ(), "DOCKER_CONFIG="+config, "DOCKER_HOST=unix:///nonexistent.sock", "LC_ALL=C")
		out, _ := cmd.CombinedOutput()
		return string(out)
	}
	if out := run("--help"); !strings.Contains(out, "safeport*") {
		t.Errorf("docker does not list it:\n%s", out)
	}
	if out := run("safeport", "--version"); !strings.HasPrefix(out, "safeport ") {
		t.Errorf("docker safeport --version says %q", out)
	}
	if out := run("safeport", "define"); !strings.Contains(out, `as in "docker safeport define gpustack"`) {
		t.Errorf("what it prints to be copied: %q", out)
	}
	var report struct {
		Schema  string
		Sources []struct{ Name, Status string }
	}
	if out := run("safeport", "check", "--publish", "1:1", "-o", "json"); json.Unmarshal([]byte(out), &report) != nil || report.Schema != "safeport/report/v1" {
		t.Errorf("docker safeport check says %q", out)
	}
	if out := run("safeport", "chekc"); !strings.Contains(out, `did you mean "check"`) {
		t.Errorf("what is mistyped is answered with %q", out)
	}
}
