package service

import (
	"fmt"
	"net"
	"net/netip"
	"slices"
	"testing"

	"github.com/safeport/safeport/internal/settings"
)

// standIn listens where a real GPUStack on the host's network does, and where its own check wants nobody to listen when it
// starts, by what its documentation and its source say of each of its parts. It is written part by part as GPUStack is, and knows nothing of the definition that it is to prove.
type standIn struct {
	t         *testing.T
	version   string
	options   map[string]string // as on GPUStack's command line, without dashes
	listeners []net.Listener
}

func (g *standIn) since(version string) bool {
	return settings.CompareVersions(g.version, version) >= 0
}

func (g *standIn) has(option string) bool { return g.options[option] != "" }

// option is the port that a flag chooses.
func (g *standIn) option(name, otherwise string) string {
	if p := g.options[name]; p != "" {
		return p
	}
	return otherwise
}

func (g *standIn) listen(network, address, port string) {
	g.t.Helper()
	l, err := net.Listen(network, net.JoinHostPort(address, port))
	if err != nil {
		g.t.Errorf("the stand-in listens on %s port %s: %v", address, port, err)
		return
	}
	g.listeners = append(g.listeners, l)
}

func (g *standIn) local(port string)      { g.listen("tcp4", "127.0.0.1", port) }
func (g *standIn) everywhere(port string) { g.listen("tcp4", "0.0.0.0", port) }

// server starts what "gpustack start" without --server-url does.
func (g *standIn) server() {
	mode := g.option("gateway-mode", "auto")
	embedded := mode == "auto" && !g.has("gateway-kubeconfig") || mode == "embedded"
	inner := g.everywhere
	if embedded {
		inner = g.local
		g.gateway()
	}
	outer := g.everywhere // Envoy
	if !embedded && !g.since("v2.3.0") {
		outer = g.local // without it only the check asks, and only there
	}
	outer(g.option("port", "80"))
	if g.has("ssl-certfile") && g.has("ssl-keyfile") {
		outer(g.option("tls-port", "443"))
	}
	inner(g.option("api-port", g.apiPort()))
	if g.since("v2.2.0") {
		inner(g.option("proxy-port", "30079"))
	}
	if !g.has("database-url") {
		g.everywhere(g.option("database-port", "5432"))
	}
	if !g.has("disable-metrics") {
		g.everywhere(g.option("metrics-port", "10161"))
	}
	if g.since("v2.1.0") && !g.has("disable-builtin-observability") && !g.has("grafana-url") {
		g.observability()
	}
	if g.has("enable-worker") || !g.since("v2.0.1") && !g.has("disable-worker") {
		g.workerAPI()
	} else if g.since("v2.0.1") && !g.since("v2.2.0") && !g.has("disable-worker") && !g.has("installed") { // only checked
		g.local(g.option("worker-port", "10150"))
		if !g.has("disable-worker-metrics") {
			g.local(g.option("worker-metrics-port", "10151"))
		}
	}
}

func (g *standIn) apiPort() string {
	if g.since("v2.0.2") {
		return "30080"
	}
	return "8080"
}

// gateway starts the embedded Higress: file server, controller, pilot and Envoy with its agent.
func (g *standIn) gateway() {
	for _, port := range []string{"18443", "8888", "15051", "9876", "15010", "15012", "15000"} {
		g.local(port)
	}
	for _, port := range []string{"15020", "15021", "15090"} {
		g.everywhere(port)
	}
	if !g.since("v2.0.1") {
		g.local("15004")
	}
}

func (g *standIn) observability() {
	prometheus, grafana := "9090", "3000"
	if g.since("v2.1.1") {
		prometheus, grafana = g.option("builtin-prometheus-port", "19090"), g.option("builtin-grafana-port", "13000")
	}
	g.listen("tcp", "", prometheus) // Go makes one socket for both families of 0.0.0.0 too
	g.listen("tcp", "", grafana)    // Grafana names no address: one socket for both families
}

// worker starts what "gpustack start --server-url" does.
func (g *standIn) worker() {
	g.workerAPI()
	if !g.since("v2.0.1") { // its gateway was switched off in v2.0.1
		g.local(g.option("api-port", "8080"))
		g.gateway()
	}
}

// workerAPI starts the worker itself and, to have the ranges in use, an instance of a model and Ray's first ports.
func (g *standIn) workerAPI() {
	g.everywhere(g.option("worker-port", "10150"))
	if !g.has("disable-worker-metrics") {
		g.everywhere(g.option("worker-metrics-port", "10151"))
	}
	for _, r := range []string{g.option("service-port-range", "40000-40063"), g.option("ray-port-range", "41000-41999")} {
		var first, last int
		if _, err := fmt.Sscanf(r, "%d-%d", &first, &last); err != nil {
			g.t.Fatal(err)
		}
		g.listen("tcp", "", fmt.Sprint(first+7))
	}
}

func (g *standIn) close() {
	for _, l := range g.listeners {
		l.Close()
	}
}

// TestGPUStackTable proves the definitions: every socket of the stand-in is a row of the table, and every row has its
// socket, in a network namespace where nothing else listens.
func TestGPUStackTable(t *testing.T) {
	const tls = " ssl-certfile=/a.crt ssl-keyfile=/a.key"
	tests := []struct{ name, service, version, options string }{
		{"v2.0.0", "gpustack", "v2.0.0", ""},
		{"v2.0.0 without its worker", "gpustack", "v2.0.0", "disable-worker=true"},
		{"v2.0.1", "gpustack", "v2.0.1", ""},
		{"v2.0.2", "gpustack", "v2.0.2", ""},
		{"v2.0.3 with TLS", "gpustack", "v2.0.3", tls},
		{"v2.1.0", "gpustack", "v2.1.0", ""},
		{"v2.1.0 without observability", "gpustack", "v2.1.0", "disable-builtin-observability=true"},
		{"v2.1.1", "gpustack", "v2.1.1", ""},
		{"v2.1.2, not for the first time", "gpustack", "v2.1.2", "installed=true"},
		{"v2.1.2 without a worker", "gpustack", "v2.1.2", "disable-worker=true"},
		{"v2.1.2 on other ports", "gpustack", "v2.1.2", "worker-port=10250 disable-worker-metrics=true"},
		{"v2.2.0", "gpustack", "v2.2.0", ""},
		{"v2.2.3", "gpustack", "v2.2.3", ""},
		{"v2.2.3 with TLS", "gpustack", "v2.2.3", tls},
		{"v2.2.3 with a worker", "gpustack", "v2.2.3", "enable-worker=true"},
		{"v2.2.3 with half of everything off", "gpustack", "v2.2.3",
			"disable-metrics=true database-url=postgresql://x grafana-url=http://g gateway-mode=disabled"},
		{"v2.2.3 with the gateway elsewhere", "gpustack", "v2.2.3", "gateway-mode=external"},
		{"v2.2.3 with all ports moved", "gpustack", "v2.2.3", "port=1080 tls-port=1443 api-port=1001 proxy-port=1002 database-port=1003 " +
			"metrics-port=1004 builtin-prometheus-port=1005 builtin-grafana-port=1006 worker-port=1007 worker-metrics-port=1008 " +
			"service-port-range=2000-2063 ray-port-range=3000-3999 enable-worker=true" + tls},
		{"v2.3.0", "gpustack", "v2.3.0", ""},
		{"v2.3.0 with the kubeconfig of a gateway", "gpustack", "v2.3.0", "gateway-kubeconfig=/kube" + tls},
		{"worker v2.0.0", "gpustack-worker", "v2.0.0", ""},
		{"worker v2.0.1", "gpustack-worker", "v2.0.1", ""},
		{"worker v2.2.3", "gpustack-worker", "v2.2.3", ""},
		{"worker v2.2.3 without metrics", "gpustack-worker", "v2.2.3", "disable-worker-metrics=true"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			options := chosen(tt.options)
			rows := tableRows(t, tt.service, tt.version, options)
			inNamespace(t, func() {
				g := &standIn{t: t, version: tt.version, options: options}
				defer g.close()
				if tt.service == "gpustack" {
					g.server()
				} else {
					g.worker()
				}
				compare(t, rows, listening(t))
			})
		})
	}
}

// row is a want, as sockets: an address that is bound and the ports.
type row struct {
	name        string
	addr        netip.Addr
	first, last uint16
}

func tableRows(t *testing.T, name, version string, options map[string]string) []row {
	t.Helper()
	d, err := Lookup(name)
	if err != nil {
		t.Fatal(err)
	}
	flags := map[string]string{"version": version}
	if d.Setting("network") != nil {
		flags["network"] = "host"
	}
	for k, v := range options {
		flags[k] = v
	}
	var rows []row
	for _, w := range wantsOf(t, d, settings.Sources{Flags: flags}) {
		for _, b := range w.Bindings() {
			rows = append(rows, row{w.Name, b.Addr, w.Ports.First, w.Ports.Last})
		}
	}
	return rows
}

func compare(t *testing.T, rows []row, sockets []netip.AddrPort) {
	t.Helper()
	fits := func(r row, s netip.AddrPort) bool {
		return r.addr == s.Addr() && r.first <= s.Port() && s.Port() <= r.last
	}
	for _, s := range sockets {
		if !slices.ContainsFunc(rows, func(r row) bool { return fits(r, s) }) {
			t.Errorf("listener %s is in no row of the table", s)
		}
	}
	for _, r := range rows {
		if !slices.ContainsFunc(sockets, func(s netip.AddrPort) bool { return fits(r, s) }) {
			t.Errorf("row %s (%s, %d-%d) has no listener", r.name, r.addr, r.first, r.last)
		}
	}
}
