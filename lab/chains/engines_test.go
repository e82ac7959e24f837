package chains

import (
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/safeport/safeport/lab"
)

// TestEngineChains is [TestChains] on a host with container engines, which systemd has not booted.
func TestEngineChains(t *testing.T) {
	wanted(t)
	h := lab.NewHost(t, lab.HostOptions{})
	h.Build(t, "github.com/safeport/safeport/cmd/safeport")
	os.Link(h.Path("bin/standin"), h.Path("bin/web"))
	bring(h, "witr")
	docker, podman := h.StartEngine(t, lab.EngineOptions{}), h.StartPodman(t, lab.Root)
	// The command of the lab's Podman, which keeps its containers elsewhere than that of the machine.
	script := "#!/bin/sh\nexport CONTAINERS_CONF=" + h.Path("podman/etc/containers.conf") + " STORAGE_DRIVER=overlay HOME=" + h.Path("podman") +
		"\nexec nsenter --mount --target $(pgrep -of 'podman --root " + h.Path("podman/data") + "') /usr/bin/podman --root " + h.Path("podman/data") + " --runroot " + h.Path("podman/run") + " --tmpdir " + h.Path("podman/run/tmp") + " \"$@\"\n"
	if err := os.WriteFile(h.Path("bin/podman"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	image := lab.Foreign("nginx:1.27")
	for _, e := range []*lab.Engine{docker, podman} {
		if err := e.Load(t.Context(), image); err != nil {
			t.Fatal(err)
		}
	}
	run := func(e *lab.Engine, c lab.Container) func(*stage) {
		return func(g *stage) {
			g.engine = e.Endpoint
			for i := range c.Publish {
				c.Publish[i] = g.expand(c.Publish[i])
			}
			for i := range c.Args {
				c.Args[i] = g.expand(c.Args[i])
			}
			if c.Image == "" {
				c.Image = "nginx:1.27"
			}
			e.Run(g.T, c)
		}
	}
	compose := map[string]string{"com.docker.compose.project": "shop", "com.docker.compose.service": "web", "com.docker.compose.project.working_dir": "/srv/shop"}
	all := []situation{
		{name: "Docker: published port", given: run(docker, lab.Container{Name: "web", Publish: []string{"{P}:80"}}), chain: []string{"engine docker", "container web"}, stop: "stop web"},
		{name: "Docker: published port that comes back", given: run(docker, lab.Container{Name: "web", Publish: []string{"{P}:80"}, Restart: "always"}), chain: []string{"engine docker", "container web"}, stop: "stop web"},
		{name: "Docker: host network", given: run(docker, lab.Container{Name: "web", HostNetwork: true, Args: []string{"tcp::{P}"}}), chain: []string{"engine docker", "container web"}, stop: "stop web"},
		{name: "Docker Compose: published port", holder: "shop-web-1", given: run(docker, lab.Container{Name: "shop-web-1", Publish: []string{"{P}:80"}, Labels: compose}),
			chain: []string{"engine docker", "container shop-web-1"}, stop: "stop shop-web-1"},
		{name: "Podman: published port", given: run(podman, lab.Container{Name: "web", Publish: []string{"{P}:80"}}), chain: []string{"engine podman", "container web"}, stop: "stop web"},
		{name: "Podman: host network", given: run(podman, lab.Container{Name: "web", HostNetwork: true, Args: []string{"tcp::{P}"}}), chain: []string{"engine podman", "container web"}, stop: "stop web"},
		{name: "containerd: host network, by ctr", holder: "standin", given: func(g *stage) { containerd(g, docker.Endpoint) },
			chain: []string{"engine containerd (shop)", "container web", "process standin"}, typed: true},
		{name: "LXC: the host's network", holder: "init", given: lxc, chain: []string{"machine shopweb (lxc)", "process init"}, stop: "lxc-stop --lxcpath="},
		{name: "LXC: in the background, of its own file", holder: "init", given: lxcOfItsFile, chain: []string{"machine shopdb (lxc)", "process init"}, stop: "lxc-stop --lxcpath="},
	}
	var rows []row
	for i, s := range all {
		t.Run(s.name, func(t *testing.T) {
			g := &stage{T: t, host: h, port: 8100 + i, engine: "none"}
			rows = append(rows, g.play(s))
		})
	}
	if *table {
		print(rows)
	}
}

// containerd starts one, and a container by its own client: the image is that of Docker.
func containerd(g *stage, docker string) {
	g.Helper()
	dir := g.Path("containerd")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		g.Fatal(err)
	}
	socket := dir + "/c.sock"
	config := "version = 2\nroot = '" + dir + "/root'\nstate = '" + dir + "/state'\ndisabled_plugins = ['io.containerd.grpc.v1.cri']\n[grpc]\n  address = '" + socket + "'\n[ttrpc]\n  address = '" + socket + ".ttrpc'\n"
	g.write(dir+"/config.toml", config, 0o644)
	g.background(lab.Root, "exec containerd --config "+dir+"/config.toml >"+dir+"/log 2>&1")
	ctr := "ctr --address " + socket + " --namespace shop "
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		if _, err := g.try(lab.Root, ctr+"version"); err == nil {
			break
		}
	}
	g.sh("docker --host " + docker + " save nginx:1.27 >" + dir + "/image.tar")
	g.sh(ctr + "images import --all-platforms --snapshotter native " + dir + "/image.tar")
	g.Cleanup(func() {
		g.try(lab.Root, ctr+"tasks delete --force web; "+ctr+"containers delete web")
		exec.Command("sh", "-c", "umount -q "+dir+"/state/*/*/*/rootfs").Run()
	})
	name := strings.Fields(g.sh(ctr + "images list -q"))[0]
	g.sh(ctr + "run --snapshotter native --net-host --detach --no-pivot " + name + " web /standin serve tcp::{P}")
}

// lxcOfItsFile starts a container of LXC that is written down in its directory: it can be started again by its name.
func lxcOfItsFile(g *stage) {
	g.Helper()
	g.sh("mkdir -p {dir}/lxc/shopdb/root/dev {dir}/lxc/shopdb/root/proc {dir}/lxc/shopdb/root/sys {dir}/lxc/shopdb/root/tmp && cp {bin}/standin {dir}/lxc/shopdb/root/init")
	g.write("{dir}/lxc/shopdb/config", "lxc.net.0.type = none\nlxc.apparmor.profile = unchanged\nlxc.rootfs.path = dir:{dir}/lxc/shopdb/root\nlxc.uts.name = shopdb\nlxc.init.cmd = /init serve tcp::{P}\n", 0o644)
	g.Cleanup(func() { g.try(lab.Root, "lxc-stop --kill --lxcpath {dir}/lxc --name shopdb") })
	g.sh("lxc-start --lxcpath {dir}/lxc --name shopdb --logfile {dir}/lxc/log")
}

// lxc starts a container of LXC whose first process is the program.
func lxc(g *stage) {
	g.Helper()
	g.sh("mkdir -p {dir}/lxc/root/dev {dir}/lxc/root/proc {dir}/lxc/root/sys {dir}/lxc/root/tmp && cp {bin}/standin {dir}/lxc/root/init")
	g.write("{dir}/lxc/config", "lxc.net.0.type = none\nlxc.apparmor.profile = unchanged\nlxc.rootfs.path = dir:{dir}/lxc/root\nlxc.uts.name = shopweb\n", 0o644)
	g.background(lab.Root, "exec lxc-start --foreground --lxcpath {dir}/lxc --name shopweb --rcfile {dir}/lxc/config --logfile {dir}/lxc/log -- /init serve tcp::{P}")
	g.Cleanup(func() { g.try(lab.Root, "lxc-stop --kill --lxcpath {dir}/lxc --name shopweb") })
}
