package chains

import (
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/safeport/safeport/lab"
)

// freeing is one run of "safeport free-up" on a booted host.
type freeing struct {
	name  string
	given func(*stage)
	flags string
	typed []string // at a terminal: a question that is waited for, and what is typed, by turns; nil: there is no terminal
	// status is the exit status, and says a part of what is written.
	status int
	says   []string
	silent []string // what must not be written
	held   bool     // the port answers afterwards
	runs   string   // a unit that is as it was afterwards: active, and enabled as before
}

// TestFreeUp frees ports for real: by systemd, with and without a terminal, where it works, where what was stopped comes
// back, and where the host would be cut off.
func TestFreeUp(t *testing.T) {
	wanted(t)
	booted := lab.NewHost(t, lab.HostOptions{})
	if err := os.Link(booted.Path("bin/standin"), booted.Path("bin/web")); err != nil {
		t.Fatal(err)
	}
	booted.Build(t, "github.com/safeport/safeport/cmd/safeport")
	machine := booted.Boot(t)
	prepare(t, booted, machine)
	t.Run("a port that nobody has", func(t *testing.T) {
		g := &stage{T: t, host: booted, machine: machine, port: 8199}
		if said, err := g.try(lab.Root, "{bin}/safeport free-up {P} --engine none --yes"); err != nil || !strings.Contains(said, "Port 8199 is not in use.") {
			t.Errorf("%v: %s", err, said)
		}
	})
	for i, f := range freeings() {
		t.Run(f.name, func(t *testing.T) {
			g := &stage{T: t, host: booted, machine: machine, port: 8200 + i, engine: "none"}
			g.sh("mkdir -p {dir}; chmod 755 {dir}")
			g.free(f)
		})
	}
}

// free lives through one.
func (g *stage) free(f freeing) {
	g.Cleanup(func() { g.sh("rm -f /etc/systemd/system/*.wants/*; systemctl daemon-reload") }) // "enable" is no file of the test
	f.given(g)
	if !g.await(true) {
		g.Fatal("nobody has the port: the situation was not set up")
	}
	before := ""
	if f.runs != "" {
		before = g.state(f.runs)
	}
	cmd := g.command(lab.Root, g.Path("bin/safeport")+" free-up {P}/tcp --engine none "+f.flags)
	said, status := "", 0
	if f.typed == nil {
		out, err := cmd.CombinedOutput()
		said, status = string(out), statusOf(g, err)
	} else {
		said, status = g.dialogue(cmd, f.typed)
	}
	g.Logf("%s\nstatus %d", said, status)
	if status != f.status {
		g.Errorf("exit status %d, want %d", status, f.status)
	}
	for _, text := range f.says {
		if text = g.expand(text); !strings.Contains(said, text) {
			g.Errorf("%q is not said", text)
		}
	}
	for _, text := range f.silent {
		if text = g.expand(text); strings.Contains(said, text) {
			g.Errorf("%q is said", text)
		}
	}
	switch {
	case !f.held:
		g.freed()
	case !g.await(true):
		g.Error("the port is not held any more")
	}
	if f.runs != "" {
		if after := g.state(f.runs); after != before {
			g.Errorf("%s is %q, and was %q", f.runs, after, before)
		}
	}
}

// state is whether a unit runs, and starts with the host.
func (g *stage) state(unit string) string {
	active, _ := g.try(lab.Root, "systemctl is-active "+unit)
	enabled, _ := g.try(lab.Root, "systemctl is-enabled "+unit)
	return strings.Join(strings.Fields(active+enabled), " ")
}

// dialogue types what is asked for, at a terminal.
func (g *stage) dialogue(cmd *exec.Cmd, typed []string) (said string, status int) {
	g.Helper()
	tty := g.terminal(cmd)
	for i := 0; i+1 < len(typed); i += 2 {
		for end := time.Now().Add(time.Minute); !strings.Contains(tty.text(), typed[i]); time.Sleep(20 * time.Millisecond) {
			if time.Now().After(end) {
				g.Fatalf("no %q in %q", typed[i], tty.text())
			}
		}
		tty.awaitRaw(g)
		if _, err := tty.WriteString(typed[i+1]); err != nil {
			g.Fatal(err)
		}
	}
	select {
	case err := <-tty.over:
		<-tty.read
		return tty.text(), statusOf(g, err)
	case <-time.After(2 * time.Minute):
		g.Fatalf("it does not end:\n%q", tty.text())
		return "", 0
	}
}

func statusOf(g *stage, err error) int {
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		g.Fatal(err)
	}
	if exit == nil {
		return 0
	}
	return exit.ExitCode()
}

// comesBack is a service that another unit starts again, as soon as it is stopped.
func comesBack(options string) func(*stage) {
	return func(g *stage) {
		g.machine.Units(g, map[string]string{
			"web.service":   g.expand("[Unit]\n" + options + "[Service]\nType=notify\nExecStart={web}\n[Install]\nWantedBy=multi-user.target\n"),
			"guard.service": g.expand("[Service]\nExecStart=/bin/sh -c 'while sleep 0.3; do [ \"$$(systemctl is-active web.service)\" != inactive ] || systemctl start guard-start.target; done'\n"),
			// What wants it starts it also where it refuses to be started by hand.
			"guard-start.target": "[Unit]\nWants=web.service\nStopWhenUnneeded=yes\n",
		})
		g.sh("systemctl enable web.service; systemctl start guard-start.target guard.service")
	}
}

// carrying is a unit of a name that a host lives on.
func carrying(name string) func(*stage) {
	return unit(map[string]string{name: notifies}, "systemctl start "+name)
}

func freeings() []freeing {
	const confirm, name = "Continue?", "Type its name"
	loner := func(g *stage) {
		g.sh("setsid {web} >/dev/null 2>&1 </dev/null & :")
		g.Cleanup(func() { g.try(lab.Root, "pkill -x web") })
	}
	enabled := unit(map[string]string{"web.service": notifies}, "systemctl enable --now web.service")
	// What its ExecStop= leaves alone goes on, with the port.
	staysIf := func(options string) func(*stage) {
		return unit(map[string]string{"web.service": "[Unit]\n" + options + "[Service]\nType=forking\nGuessMainPID=no\nKillMode=process\nExecStart=/bin/sh -c '{web} & sleep 0.3'\nExecStop=/bin/true\nRemainAfterExit=yes\n"}, "systemctl start web.service")
	}
	stays := staysIf("")
	unstoppable := unit(map[string]string{"web.service": "[Unit]\nRefuseManualStop=yes\n" + notifies}, "systemctl start web.service")
	keep := []string{"This port can't be freed"}
	return []freeing{
		{name: "--yes stops a service that starts with the host", given: enabled, flags: "--yes", says: []string{"disable --now web.service", "Port {P}/tcp is free."}},
		{name: "without a terminal nothing is done unasked", given: enabled, status: 2, says: []string{"--yes"}, held: true, runs: "web.service"},
		{name: "no at a terminal leaves it", given: enabled, typed: []string{confirm, "n"}, status: 1, says: []string{"Nothing has been changed"}, held: true, runs: "web.service"},
		{name: "Ctrl-C at a terminal leaves it", given: enabled, typed: []string{confirm, "\x03"}, status: 1, says: []string{"Nothing has been changed"}, held: true, runs: "web.service"},
		{name: "yes at a terminal stops it", given: enabled, typed: []string{confirm, "y"}, says: []string{"is free."}},
		{name: "a service that comes back is undone", given: comesBack(""), flags: "--yes --wait 3s", status: 4,
			says: []string{"port {P}/tcp is still in use after 3s", "Rolled back"}, held: true, runs: "web.service"},
		{name: "what requires it is told, and runs again when it is undone", given: func(g *stage) {
			comesBack("")(g)
			const idle = "[Service]\nExecStart=/bin/sleep infinity\n"
			g.machine.Units(g, map[string]string{"shop.service": "[Unit]\nRequires=web.service\n" + idle, "stats.service": "[Unit]\nPartOf=shop.service\n" + idle,
				"bound.service": "[Unit]\nBindsTo=web.service\nAfter=web.service\n" + idle, "wants.service": "[Unit]\nWants=web.service\n" + idle,
				"idle.service": "[Unit]\nRequires=web.service\n" + idle})
			g.sh("systemctl start shop.service stats.service bound.service wants.service")
		}, flags: "--yes --wait 3s", status: 4, says: []string{"These units stop with it: shop.service, bound.service and stats.service", "Rolled back"},
			silent: []string{"idle.service", "wants.service"}, held: true, runs: "web.service shop.service stats.service bound.service wants.service idle.service"},
		{name: "a stop that frees nothing is undone", given: func(g *stage) {
			stays(g)
			g.Cleanup(func() { g.try(lab.Root, "pkill -x web") })
		}, flags: "--yes --wait 3s", status: 4, says: []string{"still in use after 3s", "Rolled back"}, held: true, runs: "web.service"},
		{name: "a unit that refuses to be stopped is stopped", given: unstoppable, flags: "--yes", says: []string{"RefuseManualStop=yes", "is free."}},
		{name: "a command that fails is undone", given: func(g *stage) {
			unstoppable(g)
			g.Cleanup(func() { g.try(lab.Root, "rm /run/systemd/system/web.service.d; systemctl kill web.service") })
			g.sh("rm -rf /run/systemd/system/web.service.d; mkdir -p /run/systemd/system; touch /run/systemd/system/web.service.d") // in the place of the directory
		}, flags: "--yes", status: 4, says: []string{"the command failed", "Rolled back"}, held: true, runs: "web.service"},
		{name: "a unit that refuses to be started runs again when it is undone", given: comesBack("RefuseManualStart=yes\n"), flags: "--yes --wait 3s", status: 4,
			says: []string{"still in use after 3s", "Rolled back"}, held: true, runs: "web.service"},
		{name: "a unit that needs another to run is started again with it", given: func(g *stage) {
			g.machine.Units(g, map[string]string{"shop.service": "[Unit]\nRequires=web.service\nAfter=web.service\n[Service]\nExecStart=/bin/sleep infinity\n"})
			staysIf("StopWhenUnneeded=yes\n")(g)
			g.sh("systemctl start shop.service")
			g.Cleanup(func() { g.try(lab.Root, "systemctl stop shop.service; pkill -x web") })
		}, flags: "--yes --wait 3s", status: 4, says: []string{"These units stop with it: shop.service", "Rolled back"}, held: true, runs: "web.service shop.service"},
		{name: "an undo that fails is said", given: func(g *stage) {
			g.sh("touch {dir}/go")
			staysIf("AssertPathExists={dir}/go\n")(g)
			g.sh("rm {dir}/go")
			g.Cleanup(func() { g.try(lab.Root, "pkill -x web") })
		}, flags: "--yes --wait 3s", status: 5,
			says: []string{"still in use after 3s", "Rollback was incomplete", "safeport who {P}/tcp"}, silent: []string{"Rolled back:"}, held: true},

		{name: "the SSH server stays", given: func(g *stage) { g.port = 22 }, flags: "--yes", status: 1, says: keep, held: true, runs: "ssh.service"},
		{name: "the resolver stays", given: func(g *stage) {
			g.machine.StartResolved(g, "127.0.0.99")
			g.port, g.addr = 53, "127.0.0.53"
		}, flags: "--yes", status: 1, says: keep, held: true, runs: "systemd-resolved.service"},
		{name: "a name server that the host itself asks stays", given: func(g *stage) {
			g.port = 53
			g.write("/etc/resolv.conf", "nameserver 127.0.0.1\n", 0o644)
			carrying("dnsmasq.service")(g)
		}, flags: "--yes", status: 1, says: append(keep, "Don't stop dnsmasq.service"), held: true, runs: "dnsmasq.service"},
		{name: "a name server for others is stopped", given: func(g *stage) {
			g.port = 53
			g.write("/etc/resolv.conf", "nameserver 192.0.2.53\n", 0o644)
			carrying("dnsmasq.service")(g)
		}, flags: "--yes", says: []string{"is free."}},
		{name: "NetworkManager stays", given: carrying("NetworkManager.service"), flags: "--yes", status: 1, says: keep, held: true, runs: "NetworkManager.service"},
		{name: "Docker's daemon stays", given: carrying("docker.service"), flags: "--yes", status: 1, says: keep, held: true, runs: "docker.service"},
		{name: "the bus stays", given: carrying("dbus-broker.service"), flags: "--yes", status: 1, says: keep, held: true, runs: "dbus-broker.service"},
		{name: "what carries the one who asks stays", given: func(g *stage) {
			g.machine.Units(g, map[string]string{"shell.service": g.expand("[Service]\nExecStart=/bin/sh -c '{web} & while :; do [ -e {dir}/ask ] && { " + g.Path("bin/safeport") +
				" free-up {P}/tcp --engine none --yes >{dir}/said 2>&1; echo $$? >{dir}/status; rm {dir}/ask; }; sleep 0.1; done'\n")})
			g.sh("systemctl start shell.service")
			g.await(true)
			g.sh("touch {dir}/ask; while [ -e {dir}/ask ]; do sleep 0.1; done")
			if said := g.sh("cat {dir}/said {dir}/status"); !strings.Contains(said, "can't be freed") || !strings.HasSuffix(said, "\n1\n") {
				g.Errorf("from within it is said %q", said)
			}
			g.sh("systemctl stop shell.service; systemd-run --unit=once-{P} {web}")
			g.Cleanup(func() { g.try(lab.Root, g.expand("systemctl stop once-{P}")) })
		}, flags: "--yes", says: []string{"is free."}},

		{name: "--yes does not type the name of a process", given: loner, flags: "--yes", status: 2, says: []string{"typing its name", "Nothing has been changed"}, held: true},
		{name: "--yes at a terminal asks for the name", given: loner, flags: "--yes", typed: []string{name, "yes\r"}, status: 1, says: []string{"Nothing has been changed"}, held: true},
		{name: "the name of a process ends it", given: loner, typed: []string{name, "web\r"}, says: []string{"is free."}},
		{name: "a process that does not heed SIGTERM lives on", given: func(g *stage) {
			g.sh("setsid env --ignore-signal=TERM python3 -m http.server {P} >/dev/null 2>&1 </dev/null & :")
			g.Cleanup(func() { g.try(lab.Root, "pkill -9 -x python3") })
		}, flags: "--wait 2s", typed: []string{name, "python3\r"}, status: 5, says: []string{"still in use after 2s", "Rollback was incomplete"}, held: true},
	}
}

// TestFreeUpOfContainers tells what hangs on a container, and stops that alone.
func TestFreeUpOfContainers(t *testing.T) {
	wanted(t)
	h := lab.NewHost(t, lab.HostOptions{})
	h.Build(t, "github.com/safeport/safeport/cmd/safeport")
	docker := h.StartEngine(t, lab.EngineOptions{})
	if err := docker.Load(t.Context(), lab.Foreign("nginx:1.27")); err != nil {
		t.Fatal(err)
	}
	service := func(name, dependsOn string) map[string]string {
		return map[string]string{"com.docker.compose.project": "shop", "com.docker.compose.container-number": "1", "com.docker.compose.service": name, "com.docker.compose.depends_on": dependsOn}
	}
	run := func(name string, publish []string, labels map[string]string, networks ...string) {
		docker.Run(t, lab.Container{Name: name, Image: "nginx:1.27", Publish: publish, Labels: labels, Networks: networks, Restart: "always"})
	}
	g := &stage{T: t, host: h, port: 8300, engine: docker.Endpoint}
	run("shop-db-1", []string{"8300:80"}, service("db", ""))
	run("shop-app-1", nil, service("app", "db:service_started:false"))
	run("shop-front-1", nil, service("front", "cache:service_healthy:true,app:service_started:false"))
	run("shop-other-1", nil, service("other", "cache:service_started:false"))
	run("tunnel", nil, nil, "container:shop-db-1")
	if !g.await(true) {
		t.Fatal("nobody has the port")
	}
	out, err := g.command(lab.Root, "{bin}/safeport free-up {P}/tcp --yes --engine "+docker.Endpoint).CombinedOutput()
	t.Logf("%s", out)
	for _, text := range []string{"Compose services that depend on it: shop-app-1 and shop-front-1", "Containers that lose their network: tunnel"} {
		if !strings.Contains(strings.Join(strings.Fields(string(out)), " "), text) {
			t.Errorf("%q is not said", text)
		}
	}
	if err != nil || strings.Contains(string(out), "shop-other-1") {
		t.Errorf("%v", err)
	}
	g.freed()
}
