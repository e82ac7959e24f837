package exam

import (
	"strings"

	"github.com/safeport/safeport/lab"
)

// addressSituations are every form of listener against every form of request. Whether two of them are in each other's way
// depends on family, address, and whether an IPv6 wildcard is dual-stack.
func addressSituations() []situation {
	listeners := []struct {
		name string
		step step
	}{
		{"0.0.0.0", nginx("tcp4:0.0.0.0:{P}")},
		{"127.0.0.1", nginx("tcp4:127.0.0.1:{P}")},
		{"127.0.0.2", nginx("tcp4:127.0.0.2:{P}")},
		{"192.0.2.1", nginx("tcp4:192.0.2.1:{P}")},
		{"[::], dual-stack", nginx("tcp:[::]:{P}")},
		{"[::], v6only", nginx("tcp6:[::]:{P}")},
		{"[::1]", nginx("tcp6:[::1]:{P}")},
		{"[::ffff:127.0.0.1]", standin("nginx", "hold", "-listen", "-reuseaddr", "[::ffff:127.0.0.1]:{P}")},
	}
	wants := []struct {
		name string
		want want
	}{
		{"publish", publish("")},
		{"publish on 127.0.0.1", publish("127.0.0.1")},
		{"bind", bind("")},
		{"bind 0.0.0.0", bind("0.0.0.0")},
		{"bind 127.0.0.1", bind("127.0.0.1")},
		{"bind 192.0.2.1", bind("192.0.2.1")},
		{"bind [::1]", bind("::1")},
	}
	var all []situation
	for _, w := range wants {
		all = append(all, situation{name: "nothing there, " + w.name, on: proxied, want: w.want})
		for _, l := range listeners {
			all = append(all, situation{
				name: "listener on " + l.name + ", " + w.name, on: proxied, want: w.want,
				given: []step{l.step}, holder: process("nginx"),
			})
		}
	}
	return append(all,
		situation{name: "nothing there, publish on [::1]", on: proxied, want: publish("::1")},
		situation{name: "nothing there, publish on [2001:db8::1]", on: proxied, want: publish("2001:db8::1")},
		situation{name: "nothing there, publish on [::]", on: proxied, want: publish("::")},
		situation{name: "address that the host lacks, publish", on: proxied, want: publish("198.51.100.7")},
		situation{name: "address that the host lacks, bind", on: proxied, want: bind("198.51.100.7")},
		situation{name: "listener in another namespace, bind", on: proxied, want: bind(""), given: []step{elsewhere}},
		situation{name: "listener in another namespace, publish", on: proxied, want: publish(""), given: []step{elsewhere}},
	)
}

// nginx listens as an ordinary program does, on addresses as the stand-in's "serve" takes them.
func nginx(addrs ...string) step { return standin("nginx", append([]string{"serve"}, addrs...)...) }

// standin starts a stand-in that process tables call by the name.
func standin(name string, args ...string) step {
	return standinAs(lab.Root, name, args...)
}

func standinAs(user lab.User, name string, args ...string) step {
	return func(g *stage) {
		g.Helper()
		end, err := g.TryStandin(g, lab.Process{Name: name, As: user, Args: g.expandAll(args)})
		switch {
		case err == nil:
			g.Cleanup(end)
		case strings.Contains(err.Error(), "not supported"): // IPv6, SCTP
			g.Skipf("LEFT OUT: this kernel cannot make the situation: %v", err)
		default:
			g.Fatal(err)
		}
	}
}

// elsewhere listens in the peer's namespace, where it is in nobody's way.
func elsewhere(g *stage) {
	g.Standin(g, lab.Process{Name: "nginx", In: &g.Peer, Args: g.expandAll([]string{"serve", "tcp::{P}"})})
}
