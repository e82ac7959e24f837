package exam

import (
	"os"
	"path/filepath"

	"github.com/safeport/safeport/lab"
	"github.com/safeport/safeport/report"
)

// scriptSituations have GPUStack v0.x on the host as its install script set it up: a unit of systemd and no container. The
// truth is what the move to v2 finds, with the unit stopped, on the host's network and with a worker inside.
func scriptSituations() []situation {
	v2 := []lab.Container{{Name: "gpustack", Image: "gpustack/gpustack:v2.2.3", HostNetwork: true,
		Args: []string{"--enable-worker", "--port", "{P}", "--worker-port", "{P+1}"}}}
	move := asking("gpustack", v2, "192.0.2.1:{P}", "192.0.2.1:{P+1}")
	legacy := []report.Code{report.LegacyInstall}
	all := []situation{
		{name: "it runs", want: move, given: []step{scriptInstall, scriptRuns}, state: report.Upgrade},
		{name: "it is stopped", want: move, given: []step{scriptInstall}, state: report.Reinstall},
		{name: "it is stopped, nginx took its port", want: move, given: []step{scriptInstall, nginx("tcp4:0.0.0.0:{P}")}, state: report.Reinstall,
			holder: process("nginx")},
		{name: "it runs, Jupyter has a port that v2 needs besides", want: move, state: report.Upgrade, holder: process("jupyter-lab"),
			given: []step{scriptInstall, scriptRuns, standin("jupyter-lab", "serve", "tcp4:127.0.0.1:8888")}},
	}
	for i := range all {
		all[i].name = "gpustack v0.x by script: " + all[i].name
		all[i].on, all[i].says = proxied, legacy
	}
	return all
}

// scriptInstall has whoever checks find the script's unit where systemd looks for it.
func scriptInstall(g *stage) {
	units := filepath.Join(g.dir(), "units")
	file("units/gpustack.service", `[Service]
EnvironmentFile=-/etc/default/%N
ExecStart=/root/.local/bin/gpustack start --port {P} --worker-port {P+1}
Restart=always
`)(g)
	if err := os.MkdirAll("/etc/systemd/system", 0o755); err != nil { // a bare host may lack it; the mount needs it
		g.Fatal(err)
	}
	// The host's units are in cgroups below one of its own, which whoever asks takes for the root: otherwise they would be those
	// of another systemd, in a container.
	const there = `mount --bind "$1" /etc/systemd/system && mkdir -p "$2" && echo $$ >"$2/cgroup.procs" && shift 2 && exec unshare --cgroup "$@"`
	g.shell = []string{"unshare", "--mount", "/bin/sh", "-c", there, "sh", units, g.Cgroup("")}
}

// scriptRuns has the unit run, until an installation sets it aside.
func scriptRuns(g *stage) {
	end, err := g.TryStandin(g, lab.Process{Name: "gpustack", Cgroup: "system.slice/gpustack.service",
		Args: g.expandAll([]string{"serve", "tcp4:0.0.0.0:{P}", "tcp4:0.0.0.0:{P+1}"})})
	if err != nil {
		g.Fatal(err)
	}
	g.Cleanup(end)
	g.aside = append(g.aside, end)
}
