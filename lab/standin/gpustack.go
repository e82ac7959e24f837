package main

import (
	"os"
)

// gpustack listens where every part of a GPUStack of the version in STANDIN_VERSION does, in a container of its own as on
// the host's network: a server, or a worker, which is what --server-url makes of it. One port that cannot be had ends it, as
// its check before the start ends a real one (gpustack/cmd/prerun.py).
func gpustack(args []string) error {
	if err := trouble(os.Getenv("STANDIN_TROUBLE")); err != nil {
		return err
	}
	if err := migrate(os.Getenv("STANDIN_DATA")); err != nil {
		return err
	}
	c, err := readChoices(args)
	if err != nil {
		return err
	}
	g := gpustackParts{choices: c, version: os.Getenv("STANDIN_VERSION")}
	if c.has("server-url") {
		g.worker()
	} else {
		g.server()
	}
	return g.open()
}

// gpustackParts are what listens in a GPUStack.
type gpustackParts struct {
	choices
	doors
	version string
}

// since compares versions as texts, as every number in those of GPUStack v2 has one digit.
func (g *gpustackParts) since(version string) bool { return g.version >= version }

func (g *gpustackParts) everywhere(port string) { g.listen("tcp4", "0.0.0.0:"+port) }
func (g *gpustackParts) local(ports ...string) {
	for _, port := range ports {
		g.listen("tcp4", "127.0.0.1:"+port)
	}
}

func (g *gpustackParts) server() {
	g.everywhere(g.or("port", "80"))
	if g.has("ssl-certfile") && g.has("ssl-keyfile") {
		g.everywhere(g.or("tls-port", "443"))
	}
	g.gateway()
	if !g.has("database-url") {
		g.everywhere(g.or("database-port", "5432"))
	}
	if !g.has("disable-metrics") {
		g.everywhere(g.or("metrics-port", "10161"))
	}
	switch {
	case g.has("disable-builtin-observability"):
	case g.since("v2.1.1"):
		g.listen("tcp", ":"+g.or("builtin-prometheus-port", "19090"))
		g.listen("tcp", ":"+g.or("builtin-grafana-port", "13000"))
	case g.since("v2.1.0"):
		g.listen("tcp", ":9090")
		g.listen("tcp", ":3000")
	}
	if g.has("enable-worker") {
		g.worker()
	}
}

// gateway is the embedded one, and what stands behind it.
func (g *gpustackParts) gateway() {
	g.local("18443", "8888", "15051", "9876", "15010", "15012", "15000", g.or("api-port", "30080"))
	for _, port := range []string{"15020", "15021", "15090"} {
		g.everywhere(port)
	}
	if g.since("v2.2.0") {
		g.local(g.or("proxy-port", "30079"))
	}
}

func (g *gpustackParts) worker() {
	g.everywhere(g.or("worker-port", "10150"))
	if !g.has("disable-worker-metrics") {
		g.everywhere(g.or("worker-metrics-port", "10151"))
	}
}
