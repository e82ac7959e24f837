package verdict

import (
	"fmt"
	"net/netip"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/port"
)

// want reads "80", "127.0.0.1:80" or, before what the engine publishes, "-p 80:80".
func want(t testing.TB, s string) port.Requirement {
	t.Helper()
	parse := port.Parse
	s, published := strings.CutPrefix(s, "-p ")
	if published {
		parse = port.ParsePublish
	}
	w, err := parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// refuse is what the kernel said to each of a want's sockets: the errno, or 0 where it was had.
func refuse(w port.Requirement, errnos ...syscall.Errno) []facts.Refusal {
	var refusals []facts.Refusal
	for i, b := range w.Bindings() {
		if errno := errnos[min(i, len(errnos)-1)]; errno != 0 {
			refusals = append(refusals, facts.Refusal{Binding: b, Port: w.Ports.First, Errno: errno})
		}
	}
	return refusals
}

// debian is the kernel of a host with the default settings, asked by a user without rights.
var debian = facts.Kernel{Ephemeral: port.Range{First: 32768, Last: 60999}, UnprivilegedStart: 1024, SeesBound: true}

func addr(s string) port.Binding { return port.Binding{Addr: netip.MustParseAddr(s), V6Only: true} }

// by makes a socket a process's.
func by(c facts.PortUse, pid int, name string) facts.PortUse {
	c.Process = &facts.Process{PID: pid, Name: name}
	return c
}

func socket(state facts.State, b port.Binding, n uint16) facts.PortUse {
	return facts.PortUse{
		Protocol: port.TCP, Binding: b, Ports: port.Single(n), State: state, Source: "sock_diag", Socket: &facts.Socket{Inode: 1000 + uint32(n)},
	}
}

func timeWait(b port.Binding, n uint16, left time.Duration) facts.PortUse {
	c := socket(facts.TimeWait, b, n)
	c.Socket.Inode, c.FreeIn = 0, left
	return c
}

// connection is one between an address here and a port there.
func connection(b port.Binding, n, remote uint16, opener facts.Opener) facts.PortUse {
	c := socket(facts.Connected, b, n)
	c.Remote, c.Opener = netip.AddrPortFrom(netip.MustParseAddr("192.0.2.1"), remote), opener
	return c
}

// container is a port use by the engine's word: Published while it runs, Stopped while it does not.
func container(name string, state facts.State, b port.Binding, n uint16) facts.PortUse {
	return facts.PortUse{
		Protocol: port.TCP, Binding: b, Ports: port.Single(n), State: state, Source: "docker",
		Owner: facts.Container{ID: "id-" + name, Name: name},
	}
}

// ours owns whatever belongs to the container or the unit named gpustack.
func ours(_ port.Requirement, c facts.PortUse) bool {
	return c.Owner.Name == "gpustack" || c.Unit == "gpustack.service"
}

// describe writes holders as "process 812 on 80", and "own" behind those that are.
func describe(holders []Holder) []string {
	var list []string
	for _, h := range holders {
		c, what := h.Use(), ""
		switch h.Kind {
		case Process:
			what = fmt.Sprintf("process %d", c.Process.PID)
		case Container:
			what = "container " + h.Container.Name
		case Unit:
			what = "unit " + c.Unit
		case Kernel:
			what = "kernel"
		case Rule:
			what = "rule"
		case Unseen:
			what = "unseen"
		}
		if what = fmt.Sprintf("%s on %d", what, h.Port); h.Own {
			what += ", own"
		}
		list = append(list, what)
	}
	return list
}

func codes(findings []Finding) []string {
	var list []string
	for _, f := range findings {
		code := f.Code
		switch f.Severity {
		case Warning:
			code += " (warning)"
		case Info:
			code += " (info)"
		}
		list = append(list, code)
	}
	return list
}
