package release_test

import (
	"os"
	"strings"
	"testing"

	"github.com/safeport/safeport/lab"
)

// ownFile is of the shape of GPUStack's own Compose file, from v2.0.0 on.
const ownFile = `name: gpustack
services:
  gpustack-server:
    image: ${IMAGE_REGISTRY:-}gpustack/gpustack:${GPUSTACK_TAG:-v2.2.1}
    container_name: gpustack-server
    restart: unless-stopped
    ports: ["80:80"]
    volumes: ["gpustack-data:/var/lib/gpustack"]
volumes: {gpustack-data: {}}
`

// GPUStack that runs by its own Compose file is taken over, and is then nowhere in its own way: neither when its file is asked about, nor the
// built-in service.
func TestGPUStacksOwnComposeFile(t *testing.T) {
	b := newBench(t)
	b.BuildCompose(t)
	dir := b.Path("gpustack")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	file := dir + "/compose.yaml"
	b.write(file, ownFile)
	b.compose(dir, "up", "-d")
	b.eventually("80", "v2.2.1")
	clear := func(when string) {
		t.Helper()
		for _, words := range [][]string{{"check", file}, {"check", "gpustack"}, {"check", "gpustack", "--name", "gpustack-server"}} {
			a := b.look(words...)
			for _, wrong := range []string{"another image", "another container", "rename", "[name-taken]", "in use by container", "[instance-ambiguous]", "[volume-shared]"} {
				if a.status != 0 || strings.Contains(a.stdout+a.stderr, wrong) {
					t.Errorf("%s: %v: status %d\n%s%s", when, words, a.status, a.stdout, a.stderr)
					break
				}
			}
		}
	}
	clear("by Compose")
	b.write(file, strings.Replace(ownFile, "v2.2.1", "v2.2.2", 1))
	b.must(0, "upgrade", file)
	b.serves("80", "v2.2.2")
	clear("taken over")
	if a := b.run("upgrade", "gpustack-server"); a.status != 2 || !strings.Contains(a.stderr, "did you mean gpustack?") {
		t.Errorf("upgrade of a service of the file: status %d\n%s%s", a.status, a.stdout, a.stderr)
	}
	b.must(0, "rollback", "gpustack")
	b.serves("80", "v2.2.1")
	clear("given back")
}

// look runs a command that only looks, and takes no directory of journals.
func (b *bench) look(words ...string) answer {
	b.Helper()
	cmd := b.Command(b.Context(), lab.Root, []string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin"}, append([]string{b.safeport}, append(words, "--engine", b.endpoint)...)...)
	var stdout, stderr strings.Builder
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	_ = b.Host.Run(cmd) // its status is in the answer
	return answer{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()}
}

// A worker may be called gpustack, as GPUStack's documentation once had it: that is no reason to rename it.
func TestAWorkerIsCalledGPUStack(t *testing.T) {
	b := newBench(t)
	b.engine.Run(t, lab.Container{Name: "gpustack", Image: "gpustack/gpustack:v2.2.1", HostNetwork: true, Restart: "unless-stopped",
		Args: []string{"--server-url", "http://192.0.2.1:80", "--worker-port", "9150", "--worker-metrics-port", "9151"}})
	for _, words := range [][]string{
		{"check", "gpustack-worker"},
		{"check", "gpustack-worker", "--name", "gpustack"},
	} {
		a := b.look(words...)
		for _, wrong := range []string{"another image", "rename", "[name-taken]"} {
			if strings.Contains(a.stdout+a.stderr, wrong) {
				t.Errorf("%v: status %d\n%s%s", words, a.status, a.stdout, a.stderr)
			}
		}
		t.Logf("%v: status %d\n%s%s", words, a.status, a.stdout, a.stderr)
	}
}
