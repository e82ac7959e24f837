package exam

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/safeport/safeport/lab"
	"github.com/safeport/safeport/report"
)

// flushed is the host after "nft flush ruleset", until the situation ends: Docker's own chains are gone, too.
func flushed(g *stage) {
	for _, program := range []string{"iptables", "ip6tables"} {
		saved := filepath.Join(g.TempDir(), program)
		if err := os.WriteFile(saved, []byte(g.command(program+"-save")), 0o600); err != nil {
			g.Fatal(err)
		}
		g.Cleanup(func() { g.command(program+"-restore", saved) })
	}
	g.command("nft", "flush ruleset")
}

// flushedSituations have Docker's chains gone, and something besides: whatever is done about that, the engine is first.
func flushedSituations() []situation {
	refuses := []report.Code{report.EngineRefuses}
	everywhere := nginx("tcp::{P}")
	web := lab.Container{Name: "web", Image: "nginx:1.27", Publish: []string{"{P}:80"}, Restart: "always"}
	beside := lab.Container{Name: "beside", Image: "nginx:1.27", Publish: []string{"{P+1}:80"}}
	kept := beside
	kept.Restart = "unless-stopped"
	server := lab.Container{Name: "gpustack", Image: "gpustack/gpustack:v2.2.3", Publish: []string{"{P}:80"}}
	all := []situation{
		{name: "publish", want: publish(""), given: []step{flushed}, says: refuses},
		{name: "the port is held, publish", want: publish(""), given: []step{flushed, everywhere}, holder: process("nginx"), says: refuses},
		{name: "the port is held on one address, publish", want: publish(""), given: []step{flushed, nginx("tcp4:127.0.0.1:{P}")}, holder: process("nginx"), says: refuses},
		{name: "one port of a range is held, publish", want: publish("").ports(3), given: []step{flushed, nginx("tcp::{P+1}")}, holder: process("nginx"), says: refuses},
		{name: "the port is held by a container, publish", want: publish(""), given: []step{run(web), flushed}, holder: container("web"), says: refuses},
		{name: "the address is none of the host's, publish", want: publish("192.0.2.77"), given: []step{flushed}, says: []report.Code{report.EngineRefuses, report.AddressUnavailable}},
		{name: "a container that no policy starts again is beside it, publish", want: publish(""), given: []step{run(beside), flushed}, says: refuses,
			advice: []string{"those with a restart policy start again"}},
		{name: "a container that starts again is beside it, publish", want: publish(""), given: []step{run(kept), flushed}, says: refuses},
		{name: "containers that run on without the engine, publish", want: publish(""), given: []step{configured(`{"live-restore": true}`), run(beside), flushed}, says: refuses,
			advice: []string{"keep running"}},
		{name: "the port is held, gpustack", want: gpustack(), given: []step{flushed, everywhere}, holder: process("nginx"), says: refuses},
		{name: "own running, gpustack", want: gpustack(), given: []step{run(server), flushed}, own: "gpustack", says: refuses},
		{name: "bind", want: bind(""), given: []step{flushed}, silent: refuses},
		{name: "a Docker that writes no rules, publish", want: publish(""), given: []step{configured(`{"iptables": false}`), flushed}, silent: refuses},
	}
	for i := range all {
		all[i].on = proxied
	}
	restart := []string{"sudo systemctl restart docker.service"}
	for _, s := range []situation{
		{name: "a unit runs Docker, publish", want: publish(""), given: []step{dockerUnit, flushed}, says: refuses, advice: restart},
		{name: "a unit runs Docker, the port is held, publish", want: publish(""), given: []step{dockerUnit, flushed, everywhere}, says: refuses, advice: restart},
		{name: "a unit runs Docker, another one has the port, publish", want: publish(""), says: refuses, advice: restart,
			given: []step{dockerUnit, flushed, serviceUnit("web.service", ""), start("web.service")}},
	} {
		s.on = booted
		all = append(all, s)
	}
	for i := range all {
		all[i].name = "Docker's rules flushed: " + all[i].name
	}
	return all
}

// dockerUnit has systemd run Docker's engine.
func dockerUnit(g *stage) {
	g.Helper()
	g.need(g.docker).AsUnit(g, g.machine)
}

// byHand stands for what a remedy says without a command: where no systemd runs the engine, its administrator knows how to.
const byHand = "(restart Docker)"

// first does what has to be done before any other remedy helps. What is said afterwards is without it.
func (g *stage) first(said said) said {
	g.Helper()
	for _, c := range said.courses() {
		if c.finding.Code != report.EngineRefuses {
			continue
		}
		for _, command := range c.commands {
			out, err := g.paste(command)
			if g.Logf("first: $ %s\n%s", command, out); err != nil {
				g.Errorf("%s: %q fails: %v: %s", c.finding.Code, command, err, out)
			}
		}
		break // it is the same for all ports
	}
	said.Findings = slices.DeleteFunc(slices.Clone(said.Findings), func(f report.Finding) bool { return f.Code == report.EngineRefuses })
	return said
}

// goesWithEngine says whether what was lost is the engine itself, or a container that the remedy has spoken of.
func (g *stage) goesWithEngine(lost string) bool {
	if slices.ContainsFunc([]string{"process dockerd ", "process containerd ", "process docker-proxy ", "process docker-init "}, func(p string) bool { return strings.HasPrefix(lost, p) }) {
		return true
	}
	return slices.ContainsFunc(g.advice, func(words string) bool { return strings.Contains(words, "restart policy") })
}
