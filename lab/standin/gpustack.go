package main

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
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
	if g.err == nil {
		g.err = g.started()
	}
	return g.open()
}

// bootstrapVersion tells that the data directory is none of v2.0.0, which ran a worker too: versions after it write it at their
// first start.
const bootstrapVersion = "/var/lib/gpustack/bootstrap_version"

func (g *gpustackParts) started() error {
	if err := os.MkdirAll(filepath.Dir(bootstrapVersion), 0o755); err != nil {
		return err
	}
	return os.WriteFile(bootstrapVersion, []byte(g.version), 0o644)
}

// checkFirst asks for the ports of a worker, which will not run: until v2.2.0 the check takes an empty directory for one of
// v2.0.0, and by asking whether anybody answers there.
func (g *gpustackParts) checkFirst() {
	if _, err := os.Stat(bootstrapVersion); err == nil || !g.since("v2.0.1") || g.since("v2.2.0") || g.has("disable-worker") {
		return
	}
	g.unanswered(g.or("worker-port", "10150"))
	if !g.has("disable-worker-metrics") {
		g.unanswered(g.or("worker-metrics-port", "10151"))
	}
}

func (g *gpustackParts) unanswered(port string) {
	if conn, err := net.Dial("tcp4", "127.0.0.1:"+port); err == nil {
		conn.Close()
		g.err = errors.Join(g.err, fmt.Errorf("port %s required for service 'gpustack' is not available", port))
	}
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
	if g.or("gateway-mode", "auto") == "disabled" {
		g.withoutGateway()
	} else {
		g.everywhere(g.or("port", "80"))
		if g.has("ssl-certfile") && g.has("ssl-keyfile") {
			g.everywhere(g.or("tls-port", "443"))
		}
		g.gateway()
	}
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
	} else {
		g.checkFirst()
	}
}

// withoutGateway answers on the API's port. That of the web is asked for all the same.
func (g *gpustackParts) withoutGateway() {
	g.everywhere(g.or("api-port", "30080"))
	if g.since("v2.2.0") {
		g.everywhere(g.or("proxy-port", "30079"))
	}
	if port := g.or("port", "80"); g.since("v2.3.0") {
		l, err := net.Listen("tcp4", "0.0.0.0:"+port)
		if g.err = errors.Join(g.err, err); err == nil {
			l.Close()
		}
	} else {
		g.unanswered(port)
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
