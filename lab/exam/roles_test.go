package exam

import (
	"github.com/safeport/safeport/lab"
	"github.com/safeport/safeport/report"
)

// roleSituations have GPUStack's server and worker on one host: the server's port is published, the worker's are its own
// on the host's network.
func roleSituations() []situation {
	server := lab.Container{Name: "gpustack", Image: "gpustack/gpustack:v2.2.3", Publish: []string{"{P}:80"},
		Volumes: []string{"gpustack-data:/var/lib/gpustack"}}
	worker := lab.Container{Name: "gpustack-worker", Image: "gpustack/gpustack:v2.2.3", HostNetwork: true,
		Args: []string{"--server-url", "http://192.0.2.1:{P}", "--worker-port", "{P+1}", "--worker-metrics-port", "{P+2}"}}
	both := []lab.Container{server, worker}
	const atWorker, atMetrics = "192.0.2.1:{P+1}", "192.0.2.1:{P+2}"
	const workersPorts = " --worker-port {P+1} --worker-metrics-port {P+2}"
	together := asking("gpustack gpustack-worker --port {P}"+workersPorts, both, "{P}", atWorker, atMetrics).ports(3)
	beside := asking("gpustack-worker"+workersPorts, []lab.Container{worker}, atWorker, atMetrics)
	collide := worker
	collide.Args = []string{"--server-url", "http://192.0.2.1:{P}", "--worker-port", "{P}", "--worker-metrics-port", "{P+2}"}
	shared := beside
	shared.install = &install{ask: append([]string{"--set", "volume=gpustack-data"}, beside.install.ask...), start: beside.install.start, reach: beside.install.reach}
	volumeShared := []report.Code{report.VolumeShared}

	all := []situation{
		{name: "both", want: together, silent: append(volumeShared, report.SettingOdd)},
		{name: "both, an orphaned worker has the worker's port", want: together, given: []step{standin("gpustack", "serve", "tcp4:0.0.0.0:{P+1}")},
			holder: process("gpustack")},
		{name: "both on one port", says: []report.Code{report.DuplicatePort},
			want: asking("gpustack gpustack-worker --port {P} --worker-port {P} --worker-metrics-port {P+2}", []lab.Container{server, collide}, "{P}", atMetrics)},
		{name: "worker beside the running server", want: beside, given: []step{run(server)}, silent: volumeShared},
		{name: "worker beside the running server, on its volume", want: shared, given: []step{run(server)}, says: volumeShared, named: []string{"gpustack-data"}},
		{name: "running worker", want: beside, given: []step{run(worker), answeringAt(atWorker)}, own: "gpustack-worker", state: report.Upgrade},
	}
	for i := range all {
		all[i].name = "server and worker: " + all[i].name
		all[i].on = proxied
		if all[i].state == "" {
			all[i].state = report.Fresh
		}
	}
	return all
}

// answeringAt waits until somebody answers there.
func answeringAt(at string) step {
	return func(g *stage) {
		if err := g.reachAt(g.Context(), g.expand(at), ""); err != nil {
			g.Fatal(err)
		}
	}
}
