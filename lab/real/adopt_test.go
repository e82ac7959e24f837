package real

import (
	"strings"
	"testing"
	"time"
)

// TestAdoption has servers that were started as GPUStack's documentation says, and upgrades them. What they had is there after.
func TestAdoption(t *testing.T) {
	tests := []struct {
		name, version, run string // of "docker run", after "-d --name gpustack --restart unless-stopped"
		port               int
	}{
		{"v2.0.3", "2.0.3", "-p 80:80 -v gpustack-data:/var/lib/gpustack", 80},
		{"v2.1.2 with its metrics", "2.1.2", "-p 8081:80 -p 10161:10161 -v gpustack-data:/var/lib/gpustack", 8081},
		{"v2.2.3 in a directory of the host", "2.2.3", "-p 8081:80 -v {DIR}:/var/lib/gpustack", 8081},
		{"v2.1.2 on the host's network", "2.1.2", "--network=host --privileged -v gpustack-data:/var/lib/gpustack", 80},
	}
	in := prepare(t, "2.0.3", "2.1.2", "2.2.3", "2.3.0")
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			args := strings.Fields(strings.ReplaceAll(tt.run, "{DIR}", in.host.Path("srv")))
			args = append([]string{"run", "-d", "--name", container, "--restart", "unless-stopped"}, args...)
			in.docker(t, append(args, "gpustack/gpustack:v"+tt.version)...)
			in.ready(t, tt.port)
			in.login(t, tt.port)
			in.must(t, "upgrade", "gpustack", "--version=v2.3.0")
			in.serves(t, "2.3.0", tt.port)
			in.must(t, "rollback", "gpustack", "--restore")
			in.serves(t, tt.version, tt.port)
			in.must(t, "uninstall", "gpustack", "--purge")
		})
	}
}

// ready waits until a server answers.
func (in *installation) ready(t *testing.T, port int) {
	t.Helper()
	for end := time.Now().Add(40 * time.Minute); !in.answers(port); time.Sleep(500 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("nothing answers on port %d: %s", port, in.docker(t, "logs", "--tail", "40", container))
		}
	}
}

func (in *installation) answers(port int) bool {
	res, err := in.client().Get(at(port, "/readyz"))
	if err != nil {
		return false
	}
	res.Body.Close()
	return res.StatusCode == 200
}
