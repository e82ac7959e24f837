package real

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// killWhenItSays kills the container of an image once its log has a line.
func (in *installation) killWhenItSays(t *testing.T, image, line string) (killed chan bool) {
	killed = make(chan bool, 1)
	go func() {
		for t.Context().Err() == nil {
			out, err := exec.Command("docker", "--host", in.engine.Endpoint, "ps", "--quiet", "--filter", "ancestor="+image).Output()
			if id := strings.TrimSpace(string(out)); err == nil && id != "" {
				log, _ := exec.Command("docker", "--host", in.engine.Endpoint, "logs", id).CombinedOutput()
				if strings.Contains(string(log), line) {
					killed <- exec.Command("docker", "--host", in.engine.Endpoint, "kill", id).Run() == nil
					return
				}
			}
			time.Sleep(50 * time.Millisecond)
		}
		killed <- false
	}()
	return killed
}

// TestLife installs a real GPUStack, logs in, upgrades it twice with other ports, breaks upgrades before and after the real
// migration of the database, and goes back across one. What was made at first has to be there each time.
func TestLife(t *testing.T) {
	in := prepare(t, "2.1.2", "2.2.3", "2.3.0")

	in.must(t, "install", "gpustack", "--version=v2.1.2", "--port=8081")
	in.login(t, 8081)
	in.serves(t, "2.1.2", 8081)

	for _, line := range []string{"Running database migration.", "Database migration completed."} {
		t.Logf("an upgrade is killed when its log says %q", line)
		killed := in.killWhenItSays(t, "gpustack/gpustack:v2.3.0", line)
		in.fails(t, "exit code 137", "upgrade", "gpustack", "--version=v2.3.0")
		if !<-killed {
			t.Fatal("was not killed")
		}
		in.serves(t, "2.1.2", 8081)
	}

	t.Log("an upgrade has a setting that only the new version refuses")
	in.fails(t, "does not exist", "upgrade", "gpustack", "--version=v2.3.0", "--env=GPUSTACK_SSL_CA_CERTFILE=/nowhere")
	in.serves(t, "2.1.2", 8081)

	in.must(t, "upgrade", "gpustack", "--version=v2.2.3", "--port=8082")
	in.serves(t, "2.2.3", 8082)
	in.must(t, "upgrade", "gpustack", "--version=v2.3.0", "--port=8083")
	in.serves(t, "2.3.0", 8083)

	t.Log("the old version does not know the new one's database")
	in.fails(t, "Can't locate revision", "rollback", "gpustack")
	in.serves(t, "2.3.0", 8083)

	in.must(t, "rollback", "gpustack", "--restore")
	in.serves(t, "2.2.3", 8082)
}

// TestNewest installs the version that is installed when none is named, moves its port, and finds its data after it was removed.
func TestNewest(t *testing.T) {
	newest := Versions()
	if len(newest) == 0 {
		Require(t)
	}
	version := newest[len(newest)-1]
	in := prepare(t, version)

	in.must(t, "install", "gpustack")
	in.login(t, 80)
	in.serves(t, version, 80)
	in.must(t, "upgrade", "gpustack", "--port=8081")
	in.serves(t, version, 8081)
	in.must(t, "uninstall", "gpustack")
	in.must(t, "install", "gpustack", "--port=8082")
	in.serves(t, version, 8082)
}

// TestWorkerBesideServer has a server, which publishes its web port alone, and a worker on the network of the same host.
func TestWorkerBesideServer(t *testing.T) {
	in := prepare(t, "2.2.3", "2.3.0")
	worker := "gpustack-worker"
	if !privileged(t) {
		worker = in.unprivileged(t, worker)
	}
	in.must(t, "install", "gpustack", "--version=v2.2.3", "--port=8081")
	in.login(t, 8081)
	token := in.token(t, 8081)
	in.must(t, "install", worker, "--version=v2.2.3", "--server-url="+at(8081, ""), "--token="+token)
	in.worker(t, 8081)

	in.must(t, "upgrade", "gpustack", "--version=v2.3.0")
	in.must(t, "upgrade", "gpustack-worker", "--version=v2.3.0")
	in.serves(t, "2.3.0", 8081)
	in.worker(t, 8081)
}

// unprivileged is the definition of a service whose container gets no more rights than others, as a file: a privileged one gets
// capabilities that this machine lacks.
func (in *installation) unprivileged(t *testing.T, name string) string {
	t.Helper()
	t.Log("a worker that is not privileged, as this machine can't start one that is")
	out, err := exec.CommandContext(t.Context(), in.program, "define", name).Output()
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(string(out), "    privileged: true\n", "", 1)
	if text == string(out) {
		t.Fatalf("nothing is privileged:\n%s", out)
	}
	file := in.host.Path(name + ".yaml")
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

// token makes a cluster of workers, and returns the token with which they join it.
func (in *installation) token(t *testing.T, port int) string {
	t.Helper()
	made := request(t, in.client(), "POST", at(port, "/v2/clusters"), in.key, map[string]any{"name": "lab", "provider": "Docker"})
	answer := request(t, in.client(), "GET", at(port, fmt.Sprintf("/v2/clusters/%v/registration-token", made["id"])), in.key, nil)
	token, _ := answer["token"].(string)
	if token == "" {
		t.Fatalf("no token in %v", answer)
	}
	return token
}

// worker waits until the server knows a worker that is ready.
func (in *installation) worker(t *testing.T, port int) {
	t.Helper()
	var last any
	for end := time.Now().Add(40 * time.Minute); time.Now().Before(end); time.Sleep(time.Second) {
		answer := request(t, in.client(), "GET", at(port, "/v2/workers"), in.key, nil)
		items, _ := answer["items"].([]any)
		for _, item := range items {
			w, _ := item.(map[string]any)
			if last = w["state"]; last == "ready" {
				return
			}
		}
	}
	t.Fatalf("no worker is ready: the last was %v\n%s", last, in.docker(t, "logs", "--tail", "40", "gpustack-worker"))
}
