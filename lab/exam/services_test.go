package exam

import (
	"github.com/safeport/safeport/lab"
	"github.com/safeport/safeport/report"
)

// ownData is where a server has its data, as its documentation says. What has its data in its own layer is not upgraded.
var ownData = []string{"exam-data:/var/lib/gpustack"}

// serviceSituations ask for GPUStack's server where at most one installation is there.
func serviceSituations() []situation {
	server := lab.Container{Name: "gpustack", Image: "gpustack/gpustack:v2.1.0", Publish: []string{"{P}:80"}, Restart: "unless-stopped", Volumes: ownData}
	koko := server
	koko.Name = "koko"
	elsewhere := server
	elsewhere.Publish = []string{"{P+1}:80"}
	mirrored := server
	mirrored.Image = "quay.io/gpustack/gpustack:v2.2.3"
	onHost := lab.Container{Name: "gpustack", Image: "gpustack/gpustack:v2.2.3", HostNetwork: true, Args: []string{"--port", "{P}"}}
	worker := lab.Container{Name: "gpustack-worker", Image: "gpustack/gpustack:v2.2.3", HostNetwork: true,
		Args: []string{"--server-url", "http://198.51.100.1", "--worker-port", "{P+5}"}}
	bridgedWorker := lab.Container{Name: "gpustack-worker", Image: "gpustack/gpustack:v2.2.3", Publish: []string{"{P}:10150"},
		Args: []string{"--server-url", "http://198.51.100.1"}}
	exporter := lab.Container{Name: "my-gpustack-exporter", Image: "someone/other:1", Publish: []string{"{P}:80"}}
	foreign := lab.Container{Name: "gpustack", Image: "nginx:1.27"}
	foreignHolding := foreign
	foreignHolding.Publish = []string{"{P}:80"}
	other := lab.Container{Name: "web", Image: "nginx:1.27", Publish: []string{"{P}:80"}}
	nameTaken := []report.Code{report.NameTaken}

	all := []situation{
		{name: "nothing there", state: report.Fresh},
		{name: "nothing there, port 80", port: 80, state: report.Fresh},
		{name: "nginx on port 80", port: 80, given: []step{nginx("tcp::80")}, state: report.Fresh, holder: process("nginx")},
		{name: "own running", silent: []report.Code{report.PortChanged}, given: []step{run(server)}, own: "gpustack", state: report.Upgrade},
		{name: "own running on port 80", port: 80, given: []step{run(server)}, own: "gpustack", state: report.Upgrade},
		{name: "own paused", given: []step{run(server), pause("gpustack")}, own: "gpustack", state: report.Upgrade},
		{name: "own stopped", given: []step{run(server), stop("gpustack")}, own: "gpustack", state: report.Reinstall},
		{name: "own stopped, nginx took the port", given: []step{run(server), stop("gpustack"), nginx("tcp::{P}")}, own: "gpustack",
			state: report.Reinstall, holder: process("nginx")},
		{name: "own created, never ran", given: []step{create(server)}, own: "gpustack", state: report.HalfInstalled},
		{name: "own under another name", given: []step{run(koko)}, own: "koko", state: report.Upgrade},
		{name: "own from another registry", given: []step{run(mirrored)}, own: "gpustack", state: report.Upgrade},
		{name: "own on the host's network", given: []step{run(onHost), answering}, own: "gpustack", state: report.Upgrade},
		{name: "own running, changed to a free port", given: []step{run(elsewhere)}, own: "gpustack", state: report.Upgrade,
			says: []report.Code{report.PortChanged}},
		{name: "own running, changed to nginx's port 80", port: 80, given: []step{run(elsewhere), nginx("tcp::{P}")}, own: "gpustack",
			state: report.Upgrade, holder: process("nginx")},
		{name: "own running, changed to a container's port", given: []step{run(elsewhere), run(other)}, own: "gpustack",
			state: report.Upgrade, holder: container("web")},
		{name: "own running, changed to a client's port", given: []step{run(elsewhere), standin("curl", "connection", "192.0.2.1:{P}")}, own: "gpustack",
			state: report.Upgrade, holder: process("curl")},
		{name: "look-alike name holds the port", given: []step{run(exporter)}, state: report.Fresh, holder: container("my-gpustack-exporter")},
		{name: "our name on a foreign image", given: []step{run(foreign)}, says: nameTaken},
		{name: "our name on a foreign image, stopped", given: []step{run(foreign), stop("gpustack")}, says: nameTaken},
		{name: "our name on a foreign image that holds the port", given: []step{run(foreignHolding)}, says: nameTaken, holder: container("gpustack")},
		{name: "worker on the host's network", given: []step{run(worker)}, state: report.Fresh},
		{name: "worker that publishes the port", given: []step{run(bridgedWorker)}, state: report.Fresh, holder: container("gpustack-worker")},
		{name: "stopped container claims the port", given: []step{run(other), stop("web")}, state: report.Fresh},
		{name: "UDP socket on the port", given: []step{standin("dnsmasq", "serve", "udp::{P}")}, state: report.Fresh},
		{name: "listener on [::1]", given: []step{nginx("tcp6:[::1]:{P}")}, state: report.Fresh, holder: process("nginx")},
	}
	for i := range all {
		all[i].name = "gpustack: " + all[i].name
		all[i].on = proxied
		all[i].want = gpustack()
	}
	return all
}
