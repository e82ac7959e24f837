package exam

import (
	"os/exec"
	"strings"

	"github.com/safeport/safeport/lab"
	"github.com/safeport/safeport/report"
)

// kernelSituations have what a kernel has as modules, if at all: "make matrix" asks them on kernels that have them.
func kernelSituations() []situation {
	kernel, rule := holder{kind: report.HolderKernel}, holder{kind: report.HolderRule}
	balanced := balance("192.0.2.1:{P}")
	allPorts := balance("192.0.2.1:0", "--persistent")
	return []situation{
		{name: "UDP of WireGuard, bind UDP", on: proxied, want: bind("").udp(), given: []step{wireguard}, holder: kernel},
		{name: "UDP of WireGuard, bind", on: proxied, want: bind(""), given: []step{wireguard}},
		{name: "UDP of WireGuard, publish UDP", on: proxied, want: publish("").udp(), given: []step{wireguard}, holder: kernel},
		{name: "listener of SCTP, bind", on: proxied, want: bind(""), given: []step{standin("sctp", "hold", "-sctp", "-listen", "0.0.0.0:{P}")}},
		{name: "listener of MPTCP, bind", on: proxied, want: bind(""), given: []step{standin("nginx", "hold", "-mptcp", "-listen", "-reuseaddr", "0.0.0.0:{P}")}, holder: process("nginx")},
		{name: "listener of MPTCP on 127.0.0.1, bind 192.0.2.1", on: proxied, want: bind("192.0.2.1"),
			given: []step{standin("nginx", "hold", "-mptcp", "-listen", "-reuseaddr", "127.0.0.1:{P}")}},
		{name: "MPTCP, bound, not listening, bind", on: proxied, want: bind(""), given: []step{standin("conmon", "hold", "-mptcp", "0.0.0.0:{P}")}},
		{name: "service of IPVS, bind", on: proxied, want: bind(""), given: []step{balanced}, holder: rule},
		{name: "service of IPVS, bind 192.0.2.1", on: proxied, want: bind("192.0.2.1"), given: []step{balanced}, holder: rule},
		{name: "service of IPVS, bind 127.0.0.1", on: proxied, want: bind("127.0.0.1"), given: []step{balanced}},
		{name: "service of IPVS, bind UDP", on: proxied, want: bind("").udp(), given: []step{balanced}},
		{name: "service of IPVS at all ports, bind", on: proxied, want: bind(""), given: []step{allPorts}, holder: rule},
		{name: "service of IPVS at all ports, bind 127.0.0.1", on: proxied, want: bind("127.0.0.1"), given: []step{allPorts}},
		{name: "service of IPVS at another address, bind", on: proxied, want: bind(""), given: []step{balance("192.0.2.9:{P}")}},
		{name: "service of IPVS at another port, bind", on: proxied, want: bind(""), given: []step{balance("192.0.2.1:{P+1}")}},
	}
}

// wireguard makes a device whose UDP socket is the kernel's own.
func wireguard(g *stage) {
	g.needPrograms("wg")
	device := g.expand("wg{P}")
	g.module("ip", "link", "add", device, "type", "wireguard")
	g.Cleanup(func() { g.command("ip", "link", "delete", device) })
	g.command("wg", "set", device, "listen-port", g.expand("{P}"))
	g.command("ip", "link", "set", device, "up")
}

// balance makes a service of IPVS, whose only server is the next port of this host, where nobody is.
func balance(at string, more ...string) step {
	return func(g *stage) {
		g.needPrograms("ipvsadm")
		at, server := g.expand(at), g.expand("127.0.0.1:{P+9}")
		if strings.HasSuffix(at, ":0") {
			server = "127.0.0.1:0"
		}
		g.module(append([]string{"ipvsadm", "--add-service", "--tcp-service", at, "--scheduler", "rr"}, more...)...)
		g.Cleanup(func() { g.command("ipvsadm", "--delete-service", "--tcp-service", at) })
		g.command("ipvsadm", "--add-server", "--tcp-service", at, "--real-server", server, "--masquerading")
	}
}

func (g *stage) needPrograms(names ...string) {
	g.Helper()
	for _, name := range names {
		if _, err := exec.LookPath(name); err != nil {
			g.Skipf("LEFT OUT: it needs %s", name)
		}
	}
}

// module runs a command that fails where the kernel lacks the module for it.
func (g *stage) module(argv ...string) {
	g.Helper()
	out, err := g.run(argv)
	for _, lacking := range []string{"Unknown device type", "Operation not supported", "not supported", "Protocol not available", "No such file or directory"} {
		if err != nil && strings.Contains(out, lacking) {
			g.Skipf("LEFT OUT: this kernel cannot make the situation: %s", out)
		}
	}
	if err != nil {
		g.Fatalf("%v: %v: %s", argv, err, out)
	}
}

func (g *stage) run(argv []string) (string, error) {
	cmd := g.Command(g.Context(), lab.Root, g.env, argv...)
	var out strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &out
	err := g.host.Run(cmd)
	return strings.TrimSpace(out.String()), err
}
