package daemons

import (
	"archive/tar"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/safeport/safeport/lab/debian"
)

// manager is Incus, or LXD, of which it is a fork.
type manager struct{ tree, client, directories, daemon string }

func TestIncusGivesPortsBack(t *testing.T) {
	manager{"incus", "incus", "/run/incus /var/lib/incus /var/log/incus", "/usr/libexec/incus/incusd --group root --logfile /var/log/incus/incusd.log"}.givesPortsBack(t)
}

func TestLXDGivesPortsBack(t *testing.T) {
	manager{"lxd", "lxc", "/var/lib/lxd /var/log/lxd", "/usr/bin/lxd --group root --logfile /var/log/lxd/lxd.log"}.givesPortsBack(t)
}

// givesPortsBack removes proxy devices by the printed commands. The instance and its other devices go on.
func (m manager) givesPortsBack(t *testing.T) {
	g := newStage(t)
	shared := g.Path("shared")
	if err := os.Mkdir(shared, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(shared, "image.tar"), g.image(), 0o644); err != nil {
		t.Fatal(err)
	}
	tree := debian.Tree{Dir: g.built(m.tree)}
	cmd, err := tree.Command(t.Context(), g.Path("layer"), shared, `mkdir -p `+m.directories+`
		echo $$ >/run/lab/pid
		exec `+m.daemon)
	if err != nil {
		t.Fatal(err)
	}
	g.start(cmd, m.tree)
	g.until("test -s " + shared + "/pid")
	// The command is another Debian's, whose programs are in the mounts of the daemon.
	script := fmt.Sprintf("#!/bin/sh\np=$(cat %s/pid)\nexec nsenter --mount=/proc/$p/ns/mnt --root=/proc/$p/root --wd=/proc/$p/root env HOME=/root /usr/bin/%s \"$@\"\n", shared, m.client)
	if err := os.WriteFile(g.Path("bin", m.client), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	g.until(m.client + " query /1.0")
	g.sh(m.client + " storage create default dir")
	g.sh(m.client + " image import /run/lab/image.tar --alias lab")
	g.sh(m.client + " project create shop -c features.images=false -c features.profiles=false")
	t.Cleanup(func() { // LXC leaves an empty one in each hierarchy
		left, _ := filepath.Glob("/sys/fs/cgroup/*/lxc.pivot")
		for _, dir := range append(left, "/sys/fs/cgroup/lxc.pivot") {
			os.Remove(dir)
		}
	})
	defer func() { // its containers would outlive it
		if out, err := g.try(m.client + " delete --force web" + " && " + m.client + " delete --force --project=shop app"); err != nil {
			t.Errorf("deleting the instances: %v: %s", err, out)
		}
	}()
	launch := func(name, project string) {
		g.sh(m.client + " init lab " + name + " --project=" + project + " --no-profiles -s default -c security.privileged=true -c raw.lxc='lxc.init.cmd = /standin serve tcp::80'")
		g.sh(m.client + " start " + name + " --project=" + project)
	}
	launch("web", "default")
	launch("app", "shop")
	g.sh(m.client + " profile create published" + " && " + m.client + " profile device add published admin proxy listen=tcp:0.0.0.0:8082 connect=tcp:127.0.0.1:80" + " && " + m.client + " profile add web published")
	published := []struct {
		port, device, with string
		also               []string
	}{
		{"8081", "web http proxy listen=tcp:0.0.0.0:8081 connect=tcp:127.0.0.1:80", "config device remove web http", nil},
		{"8082", "", "config device remove web admin", nil},
		{"8083", "web my-dev.1 proxy listen=tcp:127.0.0.1:8083 connect=tcp:127.0.0.1:80", "config device remove web my-dev.1", nil},
		{"8084/udp", "web dns proxy listen=udp:0.0.0.0:8084 connect=udp:127.0.0.1:53", "config device remove web dns", nil},
		{"8085", "app sql proxy listen=tcp:[::]:8085 connect=tcp:127.0.0.1:80 --project=shop", "config device remove --project=shop app sql", nil},
		{"8090", "web range proxy listen=tcp:0.0.0.0:8090-8091 connect=tcp:127.0.0.1:80", "config device remove web range", []string{"8091"}},
	}
	var ports []string
	for _, p := range published {
		if p.device != "" {
			g.sh(m.client + " config device add " + p.device)
		}
		number, _, _ := strings.Cut(p.port, "/")
		g.until("ss -Hlntu 'sport = :" + number + "' | grep -q .")
		ports = append(ports, p.port)
	}
	for _, p := range published {
		g.frees(p.port, p.with, p.also...)
	}
	g.stayFree(ports...)
	for _, name := range []string{"web", "app --project=shop"} {
		if out := g.sh(m.client + " info " + name); !strings.Contains(out, "RUNNING") {
			t.Errorf("%s does not run any more: %s", name, out)
		}
	}
}

// image is one with nothing in it but the stand-in.
func (g *stage) image() []byte {
	g.Helper()
	program, err := os.ReadFile(g.Path("bin/standin"))
	if err != nil {
		g.Fatal(err)
	}
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	add := func(h tar.Header, data string) {
		h.Size = int64(len(data))
		if err := w.WriteHeader(&h); err != nil {
			g.Fatal(err)
		}
		w.Write([]byte(data))
	}
	add(tar.Header{Name: "metadata.yaml", Mode: 0o644}, "architecture: "+machine()+"\ncreation_date: 1\nproperties: {description: lab}\n")
	for _, dir := range []string{"", "dev", "proc", "sys", "run", "tmp", "etc", "sbin"} {
		add(tar.Header{Name: "rootfs/" + dir, Typeflag: tar.TypeDir, Mode: 0o755}, "")
	}
	add(tar.Header{Name: "rootfs/standin", Mode: 0o755}, string(program))
	add(tar.Header{Name: "rootfs/sbin/init", Typeflag: tar.TypeSymlink, Linkname: "/standin"}, "")
	w.Close()
	return b.Bytes()
}

// machine is what Incus calls this machine's processor.
func machine() string {
	if runtime.GOARCH == "arm64" {
		return "aarch64"
	}
	return "x86_64"
}
