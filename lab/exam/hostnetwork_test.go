package exam

import (
	"strings"

	"github.com/safeport/safeport/lab"
	"github.com/safeport/safeport/report"
)

// hostNetworkSituations have GPUStack's server on the host's network, where each of its parts takes ports of the host.
func hostNetworkSituations() []situation {
	server := func(version string, args ...string) lab.Container {
		return lab.Container{Name: "gpustack", Image: "gpustack/gpustack:" + version, HostNetwork: true, Args: append([]string{"--port", "{P}"}, args...)}
	}
	const at = "192.0.2.1:{P}"
	fresh := asking("gpustack --set network=host --port {P}", []lab.Container{server("v2.2.3")}, at)
	upgrade := asking("gpustack", []lab.Container{server("v2.2.3")}, at)
	ownDatabase := asking("gpustack --set network=host --port {P} --database-url postgresql://db", []lab.Container{server("v2.2.3", "--database-url", "postgresql://db")}, at)
	early := func(args ...string) want {
		words := append([]string{"gpustack --set network=host --set version=v2.1.0 --port {P}"}, args...)
		return asking(strings.Join(words, " "), []lab.Container{server("v2.1.0", args...)}, at)
	}
	bare := asking("gpustack --set network=host --gateway-mode disabled --set version=v2.2.3 --port 18080 --api-port {P}",
		[]lab.Container{{Name: "gpustack", Image: "gpustack/gpustack:v2.2.3", HostNetwork: true,
			Args: []string{"--gateway-mode", "disabled", "--port", "18080", "--api-port", "{P}"}}}, at)
	old := []step{run(server("v2.1.0")), answeringAt(at)}

	all := []situation{
		{name: "nothing there", want: fresh},
		{name: "PostgreSQL on 127.0.0.1", want: fresh, given: []step{standin("postgres", "serve", "tcp4:127.0.0.1:5432")}, holder: process("postgres")},
		{name: "PostgreSQL on another address", want: fresh, given: []step{standin("postgres", "serve", "tcp4:192.0.2.1:5432")}},
		{name: "PostgreSQL, a database of one's own", want: ownDatabase, given: []step{standin("postgres", "serve", "tcp::5432")}},
		{name: "Jupyter on port 8888", want: fresh, given: []step{standin("jupyter-lab", "serve", "tcp4:127.0.0.1:8888")}, holder: process("jupyter-lab")},
		{name: "a client at a port of the gateway", want: fresh, given: []step{standin("curl", "connection", "192.0.2.1:15020")}, holder: process("curl")},
		{name: "upgrade", want: upgrade, given: old, own: "gpustack", state: report.Upgrade},
		{name: "upgrade, a port that is new is held", want: upgrade, given: append(old, standin("prometheus", "serve", "tcp::19090")), own: "gpustack",
			state: report.Upgrade, holder: process("prometheus")},
		{name: "a first start of v2.1 beside a worker", want: early(), given: []step{standin("gpustack", "serve", "tcp4:0.0.0.0:10150")}, holder: process("gpustack")},
		{name: "a first start of v2.1, 10151 taken elsewhere", want: early(), given: []step{standin("exporter", "serve", "tcp4:192.0.2.1:10151")}},
		{name: "a first start of v2.1 without a worker", want: early("--disable-worker"), given: []step{standin("gpustack", "serve", "tcp4:0.0.0.0:10150")}},
		{name: "without its gateway, API's port taken", want: bare, given: []step{standin("k3s", "serve", "tcp4:127.0.0.1:{P}")}, holder: process("k3s")},
		{name: "without its gateway, web port taken", want: bare, given: []step{standin("nginx", "serve", "tcp::18080")}, holder: process("nginx"), never: []string{"network=bridge"}},
		{name: "without its gateway, web port taken elsewhere", want: bare, given: []step{standin("nginx", "serve", "tcp4:192.0.2.1:18080")}},
		{name: "without its gateway, Jupyter on port 8888", want: bare, given: []step{standin("jupyter-lab", "serve", "tcp4:127.0.0.1:8888")}},
		{name: "bridge network, Jupyter on port 8888", given: []step{standin("jupyter-lab", "serve", "tcp::8888")},
			want: asking("gpustack --port {P}", []lab.Container{{Name: "gpustack", Image: "gpustack/gpustack:v2.2.3", Publish: []string{"{P}:80"}}}, "{P}")},
	}
	for i := range all {
		all[i].name = "gpustack on the host's network: " + all[i].name
		all[i].on = proxied
		if all[i].state == "" {
			all[i].state = report.Fresh
		}
	}
	return all
}
