package lab

import (
	"bufio"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

func TestPublishedContainerAnswersThePeer(t *testing.T) {
	host := NewHost(t, HostOptions{})
	engine := host.StartEngine(t, EngineOptions{})
	if err := engine.Load(t.Context(), GPUStack("v2.2.3")); err != nil {
		t.Fatal(err)
	}
	engine.Run(t, Container{Name: "gpustack", Image: "gpustack/gpustack:v2.2.3", Publish: []string{"80:80"}, Token: "hello"})
	for _, addr := range host.Addrs() {
		token, err := host.Peer.AwaitToken(t.Context(), "tcp", netip.AddrPortFrom(addr, 80))
		if token != "hello" || err != nil {
			t.Errorf("asking %s: got %q, %v", addr, token, err)
		}
	}
}

func TestStandinsAnswerThePeer(t *testing.T) {
	host := NewHost(t, HostOptions{})
	host.Standin(t, Process{Name: "nginx", Token: "stream", Args: []string{"serve", "tcp::8080"}})
	host.Standin(t, Process{Name: "dnsmasq", Token: "datagram", As: Nobody, Args: []string{"serve", "udp::8080"}})
	for _, addr := range host.Addrs() {
		for network, want := range map[string]string{"tcp": "stream", "udp": "datagram"} {
			token, err := host.Peer.Ask(t.Context(), network, netip.AddrPortFrom(addr, 8080))
			if token != want || err != nil {
				t.Errorf("asking %s %s: got %q, %v", network, addr, token, err)
			}
		}
	}
}

func TestABootedHostStartsUnits(t *testing.T) {
	host := NewHost(t, HostOptions{})
	machine := host.Boot(t)
	machine.Units(t, map[string]string{
		"web.socket":  "[Socket]\nListenStream=8080\n",
		"web.service": "[Service]\nEnvironment=STANDIN_TOKEN=hello\nExecStart=" + host.Path("bin/standin") + " activated\nUser=www-data\n",
	})
	if err := machine.Systemctl("start", "web.socket"); err != nil {
		t.Fatal(err)
	}
	for _, addr := range host.Addrs() {
		token, err := host.Peer.AwaitToken(t.Context(), "tcp", netip.AddrPortFrom(addr, 8080))
		if token != "hello" || err != nil {
			t.Errorf("asking %s: got %q, %v", addr, token, err)
		}
	}
}

// TestLeftovers kills a process of this test that has made a host, so that nobody cleans up after it.
func TestLeftovers(t *testing.T) {
	Require(t)
	tmp := os.Getenv("LAB_LEFTOVERS")
	if tmp != "" {
		host := NewHost(t, HostOptions{})
		host.Standin(t, Process{Args: []string{"serve", "tcp::80"}, Cgroup: "system.slice/x.service"})
		host.Boot(t)
		engine := host.StartEngine(t, EngineOptions{})
		if err := engine.Load(t.Context(), Foreign("nginx:1.27")); err != nil {
			t.Fatal(err)
		}
		engine.Run(t, Container{Name: "web", Image: "nginx:1.27", Publish: []string{"8080:80"}})
		fmt.Println("ready")
		time.Sleep(time.Minute)
	}
	tmp, err := os.MkdirTemp("", "leftovers")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(tmp)

	child := exec.Command(os.Args[0], "-test.run=^TestLeftovers$")
	child.Env = append(os.Environ(), "LAB_LEFTOVERS=1", "TMPDIR="+tmp)
	stdout, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(stdout).ReadString('\n'); line != "ready\n" {
		t.Fatalf("got %q, %v", line, err)
	}
	dirs, err := filepath.Glob(filepath.Join(tmp, dirPattern))
	if err != nil || len(dirs) != 1 {
		t.Fatalf("got directories %v, %v", dirs, err)
	}

	if err := removeLeftovers(tmp); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(dirs[0]); err != nil {
		t.Fatalf("a host in use was removed: %v", err)
	}
	before, err := processesOf(dirs[0])
	if err != nil || len(before) < 5 { // stand-in, dockerd, containerd, shim, container, two proxies
		t.Fatalf("got processes %v, %v", before, err)
	}
	child.Process.Kill()
	child.Wait()
	if err := removeLeftovers(tmp); err != nil {
		t.Fatal(err)
	}
	for _, pid := range before {
		if _, alive := parentOf(pid); alive {
			t.Errorf("process %d is still there", pid)
		}
	}
	for _, gone := range []string{dirs[0], filepath.Join("/run/netns", filepath.Base(dirs[0])),
		filepath.Join(unifiedCgroups(), filepath.Base(dirs[0]))} {
		if _, err := os.Stat(gone); !os.IsNotExist(err) {
			t.Errorf("%s is still there (%v)", gone, err)
		}
	}
}
