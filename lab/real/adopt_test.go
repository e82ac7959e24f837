package real

import (
	"fmt"
	"os"
	"strconv"
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
		{"v2.1.2 on the host's network", "2.1.2", "--network=host -v gpustack-data:/var/lib/gpustack", 80},
	}
	in := prepare(t, "2.0.3", "2.1.2", "2.2.3", "2.3.0")
	for i, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			// What somebody else has made is nobody's to purge: each has a volume of its own.
			in.docker(t, "rm", "-f", container)
			args := strings.Fields(strings.NewReplacer("{DIR}", in.host.Path("srv"), "gpustack-data", fmt.Sprint("gpustack-data-", i)).Replace(tt.run))
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

// TestFullDisk upgrades a server whose data is on a disk that the migration of its database fills up.
func TestFullDisk(t *testing.T) {
	in := prepare(t, "2.1.2", "2.3.0")
	if err := in.host.SmallDisk("srv", "400m"); err != nil {
		t.Fatal(err)
	}
	in.docker(t, "run", "-d", "--name", container, "--restart", "unless-stopped", "-p", "8081:80", "-v", in.host.Path("srv")+":/var/lib/gpustack", "gpustack/gpustack:v2.1.2")
	in.ready(t, 8081)
	in.login(t, 8081)
	filler := in.host.Path("srv", "filler")
	output(t, "sh", "-c", "dd if=/dev/zero of="+filler+" bs=1M 2>&1; truncate -s -1M "+filler)
	said, status := in.safeport(t, "upgrade", "gpustack", "--version=v2.3.0")
	// A disk as full as that has no room for the old data either: it is said where they are, and the next command goes on.
	if status != 5 || !strings.Contains(said, "its data is in "+in.host.Path("state", "backups")) {
		t.Fatalf("status %d: %s", status, said)
	}
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	in.must(t, "upgrade", "gpustack", "--port=8081")
	in.serves(t, "2.1.2", 8081)
	in.must(t, "upgrade", "gpustack", "--version=v2.3.0")
	in.serves(t, "2.3.0", 8081)
}

// TestMigration upgrades a v0.x, which is refused with the commands that its documentation has, and runs them.
func TestMigration(t *testing.T) {
	in := prepare(t, "0.7.1", "2.3.0")
	in.api = "/v1"
	in.docker(t, "run", "-d", "--name", container, "--restart", "unless-stopped", "--network=host", "-v", "gpustack-data:/var/lib/gpustack", "gpustack/gpustack:v0.7.1")
	in.ready(t, 80)
	in.login(t, 80)
	said, status := in.safeport(t, "upgrade", "gpustack", "--version=v2.3.0")
	_, command, found := strings.Cut(said, "then run: ")
	if status != 1 || !found {
		t.Fatalf("status %d: %s", status, said)
	}
	in.serves(t, "0.7.1", 80)
	command, _, _ = strings.Cut(command, "\n")
	if !privileged(t) {
		command = strings.Replace(command, " --privileged", "", 1) // it gives a server nothing that it needs for its data
	}
	output(t, "sh", "-c", command)
	in.api = "/v2"
	in.ready(t, 80)
	in.serves(t, "2.3.0", 80)
	in.must(t, "upgrade", "gpustack", "--port=8081")
	in.serves(t, "2.3.0", 8081)
}

// privileged says whether this machine can start a privileged container: that one gets all capabilities, and a machine may lack some.
func privileged(t *testing.T) bool {
	t.Helper()
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	last, err := os.ReadFile("/proc/sys/kernel/cap_last_cap")
	if err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(text), "CapBnd:")
	bounding, err := strconv.ParseUint(strings.Fields(after)[0], 16, 64)
	if err != nil {
		t.Fatal(err)
	}
	n, err := strconv.Atoi(strings.TrimSpace(string(last)))
	if err != nil {
		t.Fatal(err)
	}
	return bounding == 1<<(n+1)-1
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
