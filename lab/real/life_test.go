package real

import (
	"os/exec"
	"strings"
	"testing"
	"time"
)

// killWhenItSays kills the container of that name once its log has a line, of an image that is not the old one.
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
	}()
	return killed
}

// TestLife installs a real GPUStack, logs in, upgrades it twice with other ports, breaks an upgrade after the real migration of
// the database, and goes back across one. What was made at first has to be there each time.
func TestLife(t *testing.T) {
	in := prepare(t, "2.1.2", "2.2.3", "2.3.0")

	in.must(t, "install", "gpustack", "--version=v2.1.2", "--port=8081")
	key := in.login(t, 8081)
	in.serves(t, "2.1.2", 8081, key)

	t.Log("an upgrade is killed after the migration")
	killed := in.killWhenItSays(t, "gpustack/gpustack:v2.3.0", "Database migration completed.")
	if said, status := in.safeport(t, "upgrade", "gpustack", "--version=v2.3.0"); status == 0 {
		t.Fatalf("succeeded: %s", said)
	}
	if !<-killed {
		t.Fatal("was not killed")
	}
	in.serves(t, "2.1.2", 8081, key)

	in.must(t, "upgrade", "gpustack", "--version=v2.2.3", "--port=8082")
	in.serves(t, "2.2.3", 8082, key)
	in.must(t, "upgrade", "gpustack", "--version=v2.3.0", "--port=8083")
	in.serves(t, "2.3.0", 8083, key)

	in.must(t, "rollback", "gpustack", "--restore")
	in.serves(t, "2.2.3", 8082, key)
}
