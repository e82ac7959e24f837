package real

import (
	"bufio"
	"os"
	"strings"
	"testing"

	"github.com/safeport/safeport/lab"
)

// TestKilled kills safeport with SIGKILL at each step of a real upgrade, once. The next command puts things right: either the old
// version serves, with its data, or the new one.
func TestKilled(t *testing.T) {
	in := prepare(t, "2.2.3", "2.3.0")
	in.must(t, "install", "gpustack", "--version=v2.2.3", "--port=8081")
	in.login(t, 8081)
	for _, step := range []string{
		"create the containers", "check the ports once more", "stop release", "copy its data", "set it aside", "give release",
		"start it", "wait until it answers", "watch it", "keep it",
	} {
		t.Run(step, func(t *testing.T) {
			if !in.killedAt(t, step, "upgrade", "gpustack", "--version=v2.3.0") {
				t.Fatal("was not killed there")
			}
			said, status := in.safeport(t, "upgrade", "gpustack", "--port=8081")
			if status != 0 {
				t.Fatalf("status %d: %s", status, said)
			}
			image := in.docker(t, "inspect", "--format", "{{.Config.Image}}", container)
			version := image[strings.LastIndex(image, ":v")+2:]
			in.serves(t, version, 8081)
			if version == "2.3.0" {
				in.must(t, "rollback", "gpustack", "--restore")
				in.serves(t, "2.2.3", 8081)
			}
		})
	}
}

// killedAt runs safeport and kills it when it says that a step begins.
func (in *installation) killedAt(t *testing.T, step string, args ...string) bool {
	t.Helper()
	args = append(args, "--engine="+in.engine.Endpoint, "--state-dir="+in.host.Path("state"), "--yes")
	cmd := in.host.Command(t.Context(), lab.Root, []string{"PATH=" + os.Getenv("PATH")}, append([]string{in.program}, args...)...)
	said, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdout = nil
	if err := in.host.Do(cmd.Start); err != nil {
		t.Fatal(err)
	}
	hit := false
	for lines := bufio.NewScanner(said); lines.Scan(); {
		if t.Log(lines.Text()); !hit && strings.Contains(lines.Text(), "· "+step) {
			hit = true
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	_ = cmd.Wait() // it was killed
	return hit
}
