package exam

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"github.com/safeport/safeport/lab"
)

// want is what is asked for: a port that an engine publishes, that a program binds, or that a service needs.
type want struct {
	mode     mode
	protocol string // "tcp" or "udp"
	addr     string // without brackets; empty: every address
	count    int    // ports from {P} on
	instance string // --name of a service
	install  *install
	unit     string    // the service that binds the port
	user     *lab.User // who binds it, if not the one who asks
	group    bool      // the address is of many hosts, and is had when it can be bound
	shared   bool      // the program sets SO_REUSEPORT
}

type mode int

const (
	published mode = iota
	bound
	service
)

func publish(addr string) want { return want{mode: published, protocol: "tcp", addr: addr, count: 1} }
func bind(addr string) want    { return want{mode: bound, protocol: "tcp", addr: addr, count: 1} }
func gpustack() want           { return want{mode: service, protocol: "tcp", count: 1} }

func (w want) as(unit string) want    { w.unit = unit; return w }
func (w want) by(u lab.User) want     { w.user = &u; return w }
func (w want) share() want            { w.shared = true; return w }
func (w want) udp() want              { w.protocol = "udp"; return w }
func (w want) ports(count int) want   { w.count = count; return w }
func (w want) named(name string) want { w.instance = name; return w }

// question is the command line that asks safeport.
func (g *stage) question() []string {
	w := g.want
	args := []string{"check", "-o", "json"}
	if w.install != nil {
		return append(args, g.expandAll(w.install.ask)...)
	}
	for _, e := range g.also {
		args = append(args, g.part(e).words()...)
	}
	return append(args, g.words()...)
}

// words ask for one want.
func (g *stage) words() (args []string) {
	w := g.want
	switch w.mode {
	case published:
		return []string{"--publish", g.publication()}
	case bound:
		port := g.portRange(g.port)
		if w.addr != "" {
			port = bracketed(w.addr) + ":" + port
		}
		if w.unit != "" {
			args = append(args, "--as", w.unit)
		}
		if w.user != nil {
			args = append(args, "--as", fmt.Sprint(w.user.UID))
		}
		if w.shared {
			args = append(args, "--reuse-port")
		}
		return append(args, port+"/"+w.protocol)
	}
	args = append(args, "gpustack", "--port", strconv.Itoa(g.port))
	if w.instance != "" {
		args = append(args, "--name", w.instance)
	}
	return args
}

// publication is the want as "docker run -p" takes it.
func (g *stage) publication() string {
	s := g.portRange(g.port) + ":" + g.portRange(80) + "/" + g.want.protocol
	if g.want.addr != "" {
		s = bracketed(g.want.addr) + ":" + s
	}
	return s
}

func (g *stage) portRange(first int) string {
	if g.want.count == 1 {
		return strconv.Itoa(first)
	}
	return fmt.Sprintf("%d-%d", first, first+g.want.count-1)
}

// wanted are the numbers of the ports that are wanted.
func (g *stage) wanted() []int {
	ports := make([]int, g.want.count)
	for i := range ports {
		ports[i] = g.port + i
	}
	return ports
}

// expand replaces {P} by the situation's port, {P+1}… by the ones after it, {dir} by the directory of its files and {bin}
// by that of the programs.
func (g *stage) expand(text string) string {
	pairs := []string{"{P}", strconv.Itoa(g.port), "{dir}", g.dir(), "{bin}", g.Path("bin")}
	for i := 1; i < 10; i++ {
		pairs = append(pairs, fmt.Sprintf("{P+%d}", i), strconv.Itoa(g.port+i))
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

func (g *stage) expandAll(texts []string) []string {
	all := make([]string, len(texts))
	for i, text := range texts {
		all[i] = g.expand(text)
	}
	return all
}

func bracketed(addr string) string {
	if strings.Contains(addr, ":") {
		return "[" + addr + "]"
	}
	return addr
}

// reachedAt are the addresses at which the wanted port must answer, and from where to ask: a loopback address is asked
// from the host itself, all others from the peer.
func (g *stage) reachedAt() (from *lab.Namespace, addrs []netip.Addr) {
	switch g.want.addr {
	case "":
		if g.v4Ports && g.want.mode != bound {
			return &g.Peer, []netip.Addr{lab.Addr4}
		}
		return &g.Peer, g.Addrs()
	case "0.0.0.0":
		return &g.Peer, []netip.Addr{lab.Addr4}
	case "::":
		return &g.Peer, []netip.Addr{lab.Addr6}
	}
	addr := netip.MustParseAddr(g.want.addr)
	if addr.IsLoopback() || addr == dockersBridge { // no container is there to ask from
		return &g.Namespace, []netip.Addr{addr}
	}
	return &g.Peer, []netip.Addr{addr}
}

// dockersBridge is the host's address in Docker's own network.
var dockersBridge = netip.MustParseAddr("172.17.0.1")

func addrPort(addr netip.Addr, port int) netip.AddrPort {
	return netip.AddrPortFrom(addr, uint16(port))
}
