package verdict

import (
	"net/netip"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/port"
)

// choices makes a host of bytes: each picks one of the given values, and where there are no more it is the first.
type choices struct{ left []byte }

func (c *choices) n(bound int) int {
	if len(c.left) == 0 {
		return 0
	}
	n := int(c.left[0]) % bound
	c.left = c.left[1:]
	return n
}

func (c *choices) yes() bool { return c.n(2) == 1 }

func pick[T any](c *choices, from ...T) T { return from[c.n(len(from))] }

// number is one of few ports, so that port uses and wants meet.
func (c *choices) number() uint16 { return uint16(pick(c, 80, 81, 82, 6000, 40000)) }

func (c *choices) want() port.Requirement {
	w := port.Requirement{
		Protocol: pick(c, port.TCP, port.UDP), Ports: port.Single(c.number()), Mode: pick(c, port.Publish, port.Bind),
		Addr: pick(c, netip.Addr{}, netip.IPv4Unspecified(), netip.IPv6Unspecified(), netip.MustParseAddr("127.0.0.1"), netip.IPv6Loopback()),
	}
	w.Ports.Last += uint16(c.n(3))
	if w.Ports.Len() > 1 {
		w.AnyOf = c.n(3)
	}
	if c.n(8) == 7 {
		w.Ports = port.Range{}
	}
	return w
}

func (c *choices) probe(w port.Requirement) facts.Probe {
	var p facts.Probe
	for n := int(w.Ports.First); w.Ports.Len() > 0 && n <= int(w.Ports.Last); n++ {
		for _, b := range w.Bindings() {
			if errno := pick(c, 0, syscall.EADDRINUSE, syscall.EACCES, syscall.EADDRNOTAVAIL, syscall.EPERM, syscall.EINVAL); errno != 0 {
				p.Refusals = append(p.Refusals, facts.Refusal{Binding: b, Port: uint16(n), Errno: errno})
			}
		}
	}
	return p
}

func (c *choices) claim() facts.PortUse {
	made := facts.PortUse{
		Protocol: pick(c, port.TCP, port.UDP), Ports: port.Single(c.number()),
		Binding: pick(c, port.AnyDual, port.AnyV4, port.AnyV6, addr("127.0.0.1"), addr("127.0.0.2"), addr("::1")),
		State:   pick(c, facts.Listening, facts.Bound, facts.Connected, facts.TimeWait, facts.Published, facts.Stopped),
	}
	switch {
	case made.State == facts.Published || made.State == facts.Stopped:
		made.Owner = pick(c, facts.Container{ID: "1", Name: "web"}, facts.Container{ID: "2", Name: "gpustack"})
		made.Ports.Last += uint16(c.n(3))
	default:
		made.Socket = &facts.Socket{Inode: uint32(c.n(3)), UID: uint32(c.n(2))}
		made.Unit = pick(c, "", "nginx.service", "gpustack.service", "docker.service")
		made.Owner.ID = pick(c, "", "1", "2", "3")
		if c.yes() {
			made.Process = &facts.Process{PID: 1 + c.n(3), Name: pick(c, "nginx", "docker-proxy", "conmon")}
		}
		made.Opener = pick(c, facts.OpenerUnknown, facts.OpenedHere, facts.OpenedByRemote)
		made.FreeIn = time.Duration(c.n(3)) * time.Second
	}
	return made
}

func (c *choices) host() ([]port.Requirement, Facts) {
	f := Facts{Kernel: debian, Containers: []facts.Container{{ID: "1", Name: "web"}, {ID: "2", Name: "gpustack", PID: 2}}}
	f.Tables = Tables{Failed: c.yes(), Partly: c.yes()}
	f.Engine = Engine{Remote: c.n(4) == 3, Rootless: c.yes(), IPv4Only: c.yes()}
	f.Kernel.SeesBound, f.Kernel.MayInspect = c.yes(), c.yes()
	if c.yes() {
		f.Owns = ours
	}
	var wants []port.Requirement
	for range 1 + c.n(3) {
		w := c.want()
		wants = append(wants, w)
		f.Probes = append(f.Probes, c.probe(w))
	}
	for range c.n(6) {
		f.Uses = append(f.Uses, c.claim())
	}
	return wants, f
}

// FuzzJudge holds the verdict to what is true of any host.
func FuzzJudge(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte{0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 2, 0, 0, 0, 0, 4, 0, 0, 0})
	f.Add([]byte("in use by a process that nobody can see, and published by a container as well"))
	f.Fuzz(func(t *testing.T, b []byte) {
		wants, facts := (&choices{b}).host()
		results := Judge(wants, facts)
		findings := Findings(results, facts, facts.Kernel.MayInspect)
		if len(results) != len(wants) {
			t.Fatalf("%d wants have %d results", len(wants), len(results))
		}
		for i, r := range results {
			checkResult(t, facts, i, r)
			checkFindings(t, i, r, findings)
		}
		slices.Reverse(facts.Uses)
		if diff := cmp.Diff(answers(results), answers(Judge(wants, facts))); diff != "" {
			t.Errorf("with the claims in another order:\n%s", diff)
		}
		for i, r := range Attribute(wants, facts) {
			if (r.Answer == Free) != (len(r.Holders) == 0) {
				t.Errorf("want %d has answer %d with holders %v", i, r.Answer, describe(r.Holders))
			}
		}
	})
}

func checkResult(t *testing.T, f Facts, i int, r Result) {
	t.Helper()
	w := r.Required
	if w.Ports.Len() == 0 || w.Mode == port.Publish && f.Engine.Remote {
		return
	}
	used := slices.ContainsFunc(f.relevant(w, f.Probes[i].Refusals), func(r facts.Refusal) bool { return r.Errno == syscall.EADDRINUSE })
	if used && w.AnyOf == 0 && r.Answer == Free {
		t.Errorf("want %d is in use by the kernel's word, and said to be free", i)
	}
	if r.Answer == Own && slices.ContainsFunc(r.Holders, func(h Holder) bool { return !h.Own }) {
		t.Errorf("want %d is own, and held by %v", i, describe(r.Holders))
	}
	if r.Answer == Own && len(r.Holders) == 0 {
		t.Errorf("want %d is own, and held by nobody", i)
	}
	for _, h := range r.Holders {
		if !w.Ports.Contains(h.Port) {
			t.Errorf("want %d is on %v, and %v holds it on %d", i, w.Ports, describe([]Holder{h}), h.Port)
		}
	}
}

func checkFindings(t *testing.T, i int, r Result, findings []Finding) {
	t.Helper()
	var errors []string
	for _, f := range findings {
		if f.Required == i && f.Severity == Error {
			errors = append(errors, f.Code)
		}
	}
	switch {
	case r.Answer <= Own && len(errors) > 0:
		t.Errorf("want %d can be had, and has errors %v", i, errors)
	case r.Answer > Own && len(errors) != 1:
		t.Errorf("want %d cannot be had, and has errors %v; want one", i, errors)
	case r.Answer == Busy && errors[0] != PortInUse:
		t.Errorf("want %d is busy, and its error is %s", i, errors[0])
	}
}

func answers(results []Result) [][]string {
	var all [][]string
	for _, r := range results {
		all = append(all, append([]string{string(rune('0' + r.Answer))}, describe(r.Holders)...))
	}
	return all
}
