package release_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/safeport/safeport/internal/release/journal"
	"github.com/safeport/safeport/lab"
)

// What is new does not come up as it should.
func TestServiceThatFails(t *testing.T) {
	lab.Long(t)
	var list []fault
	for _, tt := range []struct{ name, version, says string }{
		{"it ends at once", "v2.2.4", "a required setting is missing"},
		{"it answers 503", "v2.2.5", "503"},
		{"it hangs", "v2.2.6", "not ready within"},
		{"it ends soon after it has answered", "v2.2.8", "out of descriptors"},
		{"it is another version", "v2.2.9", "reports version v2.2.3"},
	} {
		list = append(list, fault{
			name: tt.name, version: tt.version, args: []string{"--wait", "2s"}, says: []string{tt.says}, status: []int{4}, again: 4,
		})
	}
	newBench(t).suffer(list...)
}

const diesUntilItsDatabaseIsUp = `name: gpustack
services:
  server:
    image: gpustack/gpustack:v2.2.1
    restart: always
    ports: [{name: web, target: 80, published: "8080"}]
    environment: {STANDIN_TROUBLE: early}
    depends_on: [db]
  db:
    image: web
    command: ["tcp::5432"]
    restart: always
x-safeport:
  ready: {port: web, path: /readyz, version: /version, within: 60s}
`

// A policy of restarts is there for a service that ends until what it needs is up: it is waited for.
func TestServiceThatEndsUntilItsDatabaseIsUp(t *testing.T) {
	lab.Long(t)
	b := newBench(t)
	file := b.Path("compose.yaml")
	b.write(file, diesUntilItsDatabaseIsUp)
	b.must(0, "install", file)
	b.serves("8080", "v2.2.1")
	if n := b.inspect("gpustack-r1-server-1").RestartCount; n != 3 {
		t.Errorf("it was started again %d times, and was to be 3 times", n)
	}
}

// stranger starts a program that answers as a GPUStack does, and returns what ends it.
func (b *bench) stranger(version, port string) (end func()) {
	end, err := b.TryStandin(b.T, lab.Process{Name: "squatter", Args: []string{"serve", "tcp::" + port}, Env: []string{"STANDIN_VERSION=" + version}})
	if err != nil {
		b.Error(err)
		return func() {}
	}
	return end
}

func TestPortIsTakenInTheMiddle(t *testing.T) {
	lab.Long(t)
	b := newBench(t)
	end := func() {}
	taken := fault{
		name: "somebody takes the port", status: []int{4}, says: []string{"squatter"},
		happens: func(b *bench) { end = b.stranger("", "8080") }, mend: func(*bench) { end() },
	}
	b.suffer(taken.at(journal.StepStop)...)

	// The new one hangs, and a rule sends whoever asks for it to somebody who answers as it should.
	b.must(0, "upgrade", "gpustack", "--version", "v2.2.1", "--port", "80")
	t.Cleanup(b.stranger("v2.2.6", "9999"))
	b.nft("add table ip squat")
	b.nft("add chain ip squat out { type nat hook output priority -110; }")
	diverted := func() { b.nft("add rule ip squat out tcp dport 8080 redirect to :9999") }
	a := b.during(journal.StepWait, diverted, "upgrade", "gpustack", "--version", "v2.2.6", "--port", "8080", "--wait", "3s")
	if a.status != 4 {
		t.Errorf("status %d: somebody else's answer was taken for the service's\n%s", a.status, a.stderr)
	}
	b.serves("80", "v2.2.1")
	b.wantVolumes("gpustack-data")
}

func (b *bench) nft(rule string) {
	b.Helper()
	if err := b.Host.Run(exec.Command("nft", rule)); err != nil {
		b.Errorf("nft %s: %v", rule, err)
	}
}

const onTheHostsNetwork = `name: gpustack
services:
  server:
    image: gpustack/gpustack:v2.2.6
    network_mode: host
x-safeport:
  binds: [{name: web, port: 8080}]
  ready: {port: web, path: /readyz, version: /version, within: 3s}
`

// A service on the host's network binds its port itself, and no engine refuses to start it when somebody else has that.
func TestSomebodyElseAnswers(t *testing.T) {
	lab.Long(t)
	b := newBench(t)
	file := b.Path("compose.yaml")
	if err := os.WriteFile(file, []byte(onTheHostsNetwork), 0o644); err != nil {
		t.Fatal(err)
	}
	squats := func() { t.Cleanup(b.stranger("v2.2.6", "8080")) }
	a := b.during(journal.StepStart, squats, "install", file)
	if a.status != 4 || !strings.Contains(a.stderr, "squatter") {
		t.Errorf("status %d: somebody else's answer was taken for the service's\n%s", a.status, a.stderr)
	}
	b.wantContainers(nil)
}
