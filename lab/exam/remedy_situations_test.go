package exam

import (
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"github.com/safeport/safeport/lab"
	"github.com/safeport/safeport/report"
)

// remedySituations are those that matter for what is to be done about them.
func remedySituations() []situation {
	all := append(unitRemedies(), hostRemedies()...)
	for i := range all {
		all[i].name = "remedies: " + all[i].name
	}
	return all
}

// unitRemedies have a unit hold the port in every way that decides what becomes of it when the unit is stopped.
func unitRemedies() []situation {
	unit := func(name string) holder { return holder{report.HolderUnit, name} }
	web := unit("web.service")
	served := func(says string) []step { return []step{serviceUnit("web.service", says), start("web.service")} }
	leaving := func(says string) []step { return []step{leavingUnit(says), startHeld("web.service", 1)} }
	carrier := func(name string) []step { return []step{serviceUnit(name, ""), start(name)} }
	all := []situation{
		{name: "service, bind", want: bind(""), given: served(""), holder: web, advice: []string{"sudo systemctl stop web.service"}},
		{name: "service that starts with the host, bind", want: bind(""), given: append(served(""), enable("web.service")), holder: web,
			advice: []string{"sudo systemctl disable --now web.service"}},
		{name: "service that is always started again, bind", want: bind(""), given: served("Restart=always\nRestartSec=0"), holder: web},
		{name: "service that another one requires, bind", want: bind(""), holder: web,
			given: append(served(""), unitFile("shop.service", "[Unit]\nRequires=web.service\n[Service]\nExecStart=/bin/sleep infinity\n"))},
		{name: "service behind a socket unit that starts with the host, publish", want: publish(""), holder: unit("web.socket"),
			given:  []step{socketUnit("ListenStream={P}"), enable("web.socket"), start("web.socket"), answering},
			advice: []string{"disable --now web.socket && sudo systemctl stop web.service"}},
		{name: "service that a path unit starts again, bind", want: bind(""), holder: web, advice: []string{"web.path"},
			given: append(served(""), unitFile("web.path", "[Path]\nPathExists=/\n"), start("web.path"))},
		{name: "service that a timer starts again, bind", want: bind(""), holder: web, advice: []string{"web.timer"},
			given: append(served(""), unitFile("web.timer", "[Timer]\nOnUnitInactiveSec=1s\nAccuracySec=1ms\n"), start("web.timer"))},
		{name: "two workers of a service, bind", want: bind(""), holder: web, given: []step{
			unitFile("web.service", "[Service]\nExecStart=/bin/sh -c '{bin}/standin hold -listen -reuseport 0.0.0.0:{P} & exec {bin}/standin hold -listen -reuseport 0.0.0.0:{P}'\n"),
			startHeld("web.service", 2)}},
		{name: "two services on two addresses, bind", want: bind(""), advice: []string{"a.service && sudo systemctl stop b.service"}, given: []step{
			unitFile("a.service", "[Service]\nType=notify\nExecStart={bin}/standin serve tcp4:127.0.0.1:{P}\n"),
			unitFile("b.service", "[Service]\nType=notify\nExecStart={bin}/standin serve tcp4:192.0.2.1:{P}\n"),
			startHeld("a.service", 1), startHeld("b.service", 2)}},
		{name: "daemon that a oneshot unit has left, the unit is active, bind", want: bind(""), given: leaving("RemainAfterExit=yes"), holder: web},
		{name: "daemon that outlives its active unit, bind", want: bind(""), given: leaving("RemainAfterExit=yes\nKillMode=process"), holder: web,
			advice: []string{"KillMode=control-group"}},
		{name: "daemon that outlives its active unit, which ends nothing, bind", want: bind(""), given: leaving("RemainAfterExit=yes\nKillMode=none"), holder: web,
			advice: []string{"KillMode=control-group"}},
		{name: "daemon that has outlived its unit, bind", want: bind(""), given: leaving("KillMode=process"), holder: web,
			advice: []string{"is inactive"}, never: []string{"systemctl stop"}},
		{name: "child of a service that ends its main process alone, bind", want: bind(""), holder: web, advice: []string{"KillMode=process"}, never: []string{"systemctl stop"},
			given: []step{unitFile("web.service", "[Service]\nKillMode=process\nExecStart=/bin/sh -c '{bin}/standin serve tcp::{P} & exec sleep infinity'\n"), startHeld("web.service", 1)}},
		{name: "listener that a dead server's child has, bind", want: bind(""), holder: web, given: []step{
			unitFile("web.service", "[Service]\nKillMode=process\nExecStart={bin}/standin bequeath 0.0.0.0:{P}\n"), startHeld("web.service", 1)},
			advice: []string{"is inactive"}, never: []string{"systemctl stop"}},

		{name: "the host's SSH, bind", want: bind(""), port: 22, advice: []string{"SSH access"}, never: []string{"systemctl"}},
		{name: "the host's SSH, publish", want: publish(""), port: 22, advice: []string{"SSH access"}, never: []string{"systemctl"}},
		{name: "NetworkManager, bind", want: bind(""), given: carrier("NetworkManager.service"), advice: []string{"Don't stop"}, never: []string{"systemctl"}},
		{name: "libvirt's dnsmasq, bind", want: bind(""), given: carrier("libvirtd.service"), advice: []string{"Don't stop"}, never: []string{"systemctl"}},
		{name: "tailscaled, bind", want: bind(""), given: carrier("tailscaled.service"), advice: []string{"tailscale serve"}, never: []string{"systemctl"}},
		{name: "Incus, bind", want: bind(""), given: carrier("incus.service"), advice: []string{"proxy device"}, never: []string{"systemctl"}},
		{name: "systemd-resolved, bind TCP", want: bind(""), port: 53, given: []step{resolved}, advice: []string{"DNSStubListener=no", "192.0.2.1:53"}, never: []string{"stop"}},
		{name: "systemd-resolved, bind UDP", want: bind("").udp(), port: 53, given: []step{resolved}, advice: []string{"DNSStubListener=no", "192.0.2.1:53"}, never: []string{"stop"}},
		{name: "systemd-resolved, bind UDP on 192.0.2.1", want: bind("192.0.2.1").udp(), port: 53, given: []step{resolved}},
	}
	for i := range all {
		all[i].on = booted
	}
	return all
}

// leavingUnit is web.service, whose command ends when a daemon that it has started stands.
func leavingUnit(says string) step {
	return func(g *stage) {
		g.Helper()
		unitFile("web.service", "[Service]\nType=oneshot\nExecStart=/bin/sh -c '{bin}/standin serve tcp::{P} &'\n"+says+"\n")(g)
		g.Cleanup(g.endLeft)
	}
}

// startHeld starts a unit and waits until the port has so many listeners, who may answer nothing.
func startHeld(name string, listeners int) step {
	return func(g *stage) {
		g.Helper()
		g.systemctl("start", name)
		g.Cleanup(func() { g.systemctl("stop", name) })
		for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(10 * time.Millisecond) {
			count := 0
			for _, l := range g.listeners() {
				if l.port == g.port {
					count++
				}
			}
			if count >= listeners {
				return
			}
			if time.Now().After(deadline) {
				g.Fatalf("%s: %d of %d listeners on port %d; %s", name, count, listeners, g.port, g.unitLog(name))
			}
		}
	}
}

// unitLog is what systemd says of a unit.
func (g *stage) unitLog(name string) []byte {
	out, _ := g.machine.Command(g.Context(), lab.Root, nil, "systemctl", "status", name).CombinedOutput()
	return out
}

// endLeft ends what has outlived its unit.
func (g *stage) endLeft() {
	processes, err := g.Processes()
	if err != nil {
		g.Error(err)
	}
	for _, p := range processes {
		if strings.HasSuffix(p.Cgroup, "/web.service") {
			unix.Kill(p.PID, unix.SIGKILL)
		}
	}
}

// resolved has systemd-resolved resolve names, by a name server that the peer runs.
func resolved(g *stage) {
	g.Helper()
	g.Standin(g, lab.Process{Name: "dnsmasq", In: &g.Peer, Args: []string{"names", "192.0.2.2:53"}})
	g.machine.StartResolved(g, "192.0.2.2")
	g.resolves = "gpu.example.com"
}

// hostRemedies have the port in the hands of engines, rules and programs that no systemd looks after.
func hostRemedies() []situation {
	web := lab.Container{Name: "web", Image: "nginx:1.27", Publish: []string{"{P}:80"}, Restart: "always"}
	inner, outer := web, web
	inner.Publish = []string{"127.0.0.1:{P}:80"}
	outer.Name, outer.Publish = "shop", []string{"192.0.2.1:{P}:80"}
	all := []situation{
		{name: "container that restarts always, publish", want: publish(""), given: []step{run(web)}, holder: container("web"), advice: []string{" stop web"}},
		{name: "container that restarts always, bind", want: bind(""), given: []step{run(web)}, holder: container("web")},
		{name: "two containers on two addresses, publish", want: publish(""), given: []step{run(inner), run(outer)}, advice: []string{" stop shop"}},
		{name: "container whose proxy was killed, publish", want: publish(""), given: []step{run(web), proxyKilled}, holder: container("web")},
		{name: "container whose proxy was killed, bind", want: bind(""), given: []step{run(web), proxyKilled}, holder: container("web")},
		{name: "rule that a container has left, bind", want: bind("0.0.0.0"), given: []step{staleRule("iptables")}, holder: holder{kind: report.HolderRule},
			advice: []string{"sudo nft delete rule ip nat DOCKER handle"}},
		{name: "rule that a container has left, publish", want: publish("0.0.0.0"), given: []step{staleRule("iptables")}},
		{name: "container of a second Docker, bind", want: bind(""), given: []step{inSecondDocker}, advice: []string{"second.sock stop"}},
		{name: "container of a Pod, bind", want: bind(""), given: []step{inCgroup("kubepods/besteffort/pod1/" + strings.Repeat("0123456789abcdef", 4))},
			advice: []string{"Pod"}, never: []string{"docker"}},
		{name: "unit of a container that has its own systemd, bind", want: bind(""), given: []step{inCgroup("machine/system.slice/nginx.service")},
			advice: []string{"inside its container"}, never: []string{"systemctl"}},
		{name: "the host's SSH, bind", want: bind(""), port: 22, advice: []string{"SSH access"}, never: []string{"stop"}},
		{name: "process, bind", want: bind(""), given: []step{nginx("tcp::{P}")}, holder: process("nginx")},
	}
	for i := range all {
		all[i].on = proxied
	}
	return all
}

// proxyKilled ends the docker-proxy of the port, as an impatient administrator does: the engine's rules stand.
func proxyKilled(g *stage) {
	g.Helper()
	processes, err := g.Processes()
	if err != nil {
		g.Fatal(err)
	}
	for _, l := range g.listeners() {
		for _, p := range processes {
			for _, i := range p.Sockets() {
				if p.Name == "docker-proxy" && l.port == g.port && i == l.inode {
					unix.Kill(p.PID, unix.SIGKILL)
				}
			}
		}
	}
	for {
		left := false
		for _, l := range g.listeners() {
			left = left || l.port == g.port
		}
		if !left {
			return
		}
	}
}

// staleRule is one of Docker's for a container that is gone.
func staleRule(program string) step {
	return func(g *stage) {
		g.Helper()
		rule := "-p tcp ! -i docker0 --dport " + g.expand("{P}") + " -j DNAT --to-destination 172.17.0.99:80"
		g.command("sh", "-c", program+" -t nat -A DOCKER "+rule)
		g.Cleanup(func() { g.command("sh", "-c", program+" -t nat -D DOCKER "+rule+" 2>/dev/null || true") })
	}
}

// inSecondDocker runs a container of a second dockerd, which has it on the host's network.
func inSecondDocker(g *stage) {
	g.Helper()
	// With no bridge at all it would remove docker0, which is the first one's.
	g.command("ip", "link", "add", "second0", "type", "bridge")
	g.Cleanup(func() { g.command("ip", "link", "del", "second0") })
	g.command("ip", "address", "add", "172.31.0.1/24", "dev", "second0")
	second := g.StartEngine(g, lab.EngineOptions{Name: "second", Args: []string{"--bridge=second0", "--iptables=false"}})
	if err := second.Load(g.Context(), lab.Foreign("nginx:1.27")); err != nil {
		g.Fatal(err)
	}
	second.Run(g, g.expandContainer(lab.Container{Name: "web", Image: "nginx:1.27", HostNetwork: true, Args: []string{"tcp::{P}"}}))
	answering(g)
}

// inCgroup listens in a cgroup as somebody else's manager makes it.
func inCgroup(path string) step {
	return func(g *stage) {
		g.Helper()
		g.Standin(g, lab.Process{Name: "nginx", Cgroup: path, Args: g.expandAll([]string{"serve", "tcp::{P}"})})
	}
}
