package host

import (
	"context"
	"net/netip"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/host/engine"
	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/internal/sockettest"
)

func nobodys(facts.Container) bool { return false }

// survey asks this host about wants, without an engine.
func survey(t *testing.T, wants ...port.Requirement) *Survey {
	t.Helper()
	s := Ask(context.Background(), nil, nobodys)
	s.Probe(context.Background(), wants)
	return s
}

func bind(n uint16) port.Requirement {
	return port.Requirement{Protocol: port.TCP, Ports: port.Single(n)}
}

func publish(n uint16) port.Requirement {
	return port.Requirement{Protocol: port.TCP, Ports: port.Single(n), Mode: port.Publish}
}

func at(w port.Requirement, addr string) port.Requirement {
	w.Addr = netip.MustParseAddr(addr)
	return w
}

func status(s *Survey, name string) (Source, bool) {
	i := slices.IndexFunc(s.Sources, func(source Source) bool { return source.Name == name })
	if i < 0 {
		return Source{}, false
	}
	return s.Sources[i], true
}

func TestAFreePortHasNoClaims(t *testing.T) {
	s := survey(t, bind(sockettest.FreePort(t)))
	if len(s.Uses()) > 0 || len(s.Probes[0].Refusals) > 0 {
		t.Errorf("claims %+v, refusals %+v", s.Uses(), s.Probes[0].Refusals)
	}
	for _, name := range []string{"kernel", "probe", "sock_diag"} {
		if source, ok := status(s, name); !ok || source.Status != OK {
			t.Errorf("source %s: %+v", name, source)
		}
	}
}

func TestWhatRefusesAPortIsFound(t *testing.T) {
	loopback := port.Binding{Addr: netip.MustParseAddr("127.0.0.1")}
	tests := []struct {
		name  string
		make  func(*testing.T) (n uint16)
		state facts.State
	}{
		{"a listener", func(t *testing.T) uint16 { return sockettest.Hold(t, sockettest.Server(port.AnyV4, 0)).Port }, facts.Listening},
		{"a listener on one address", func(t *testing.T) uint16 { return sockettest.Hold(t, sockettest.Server(loopback, 0)).Port }, facts.Listening},
		{"an outgoing connection", func(t *testing.T) uint16 { return sockettest.Connect(t).Local }, facts.Connected},
		{"its TIME_WAIT", func(t *testing.T) uint16 {
			c := sockettest.Connect(t)
			c.Finish(t)
			return c.Local
		}, facts.TimeWait},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			n := tt.make(t)
			s := survey(t, publish(n))
			if len(s.Probes[0].Refusals) == 0 || len(s.Sockets) != 1 {
				t.Fatalf("refusals %+v, sockets %+v; want one socket", s.Probes[0].Refusals, s.Sockets)
			}
			c := s.Sockets[0]
			if c.State != tt.state {
				t.Errorf("state %d, want %d", c.State, tt.state)
			}
			if tt.state == facts.TimeWait {
				if c.Process != nil {
					t.Errorf("TIME_WAIT belongs to %+v", c.Process)
				}
			} else if c.Process == nil || c.Process.PID != os.Getpid() {
				t.Errorf("got %+v, want this test, %d", c.Process, os.Getpid())
			}
		})
	}
}

func TestABoundSocketIsFoundWhereTheKernelShowsIt(t *testing.T) {
	held := sockettest.Hold(t, sockettest.Shape{Binding: port.AnyV4, Idle: true})
	s := survey(t, publish(held.Port))
	if len(s.Probes[0].Refusals) == 0 {
		t.Fatal("the kernel did not mind")
	}
	if want := map[bool]int{true: 1}[s.Kernel.SeesBound]; len(s.Sockets) != want {
		t.Errorf("%d sockets, want %d on kernel %s", len(s.Sockets), want, s.Kernel.Release)
	}
}

func TestSocketsInNobodysWayAreLeftOut(t *testing.T) {
	other := sockettest.Hold(t, sockettest.Server(port.Binding{Addr: netip.MustParseAddr("127.0.0.2")}, 0))
	sockettest.Hold(t, sockettest.Shape{Protocol: port.UDP, Binding: port.AnyV4, Port: other.Port})
	s := survey(t, at(bind(other.Port), "127.0.0.1"))
	if len(s.Sockets) > 0 || len(s.Probes[0].Refusals) > 0 {
		t.Errorf("sockets %+v, refusals %+v", s.Sockets, s.Probes[0].Refusals)
	}
}

func TestWhoShowsEverythingOnAPort(t *testing.T) {
	c := sockettest.Connect(t)
	s := Ask(context.Background(), nil, nobodys)
	s.Who(context.Background(), []port.Requirement{bind(c.Local), bind(c.Remote)})
	var states []facts.State
	for _, found := range s.Sockets {
		states = append(states, found.State)
	}
	slices.Sort(states)
	// The client's end, and on the server's side the listener and the connection that it accepted.
	if diff := cmp.Diff([]facts.State{facts.Listening, facts.Connected, facts.Connected}, states); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestACancelledSurveyEndsSoon(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	s := Ask(ctx, nil, nobodys)
	s.Probe(ctx, []port.Requirement{bind(sockettest.Connect(t).Local)}) // returns, and does not panic on what it did not ask
}

func TestUnexplainedAreTheRefusalsThatNoSocketIsBehind(t *testing.T) {
	listed := []facts.PortUse{{Protocol: port.TCP, Binding: port.AnyV4, Ports: port.Single(80), State: facts.Listening}}
	tests := []struct {
		name     string
		refusals []facts.Refusal
		want     []port.Range
	}{
		{"nothing refused", nil, nil},
		{"explained", []facts.Refusal{{Binding: port.AnyV4, Port: 80, Errno: syscall.EADDRINUSE}}, nil},
		{"another port", []facts.Refusal{{Binding: port.AnyV4, Port: 81, Errno: syscall.EADDRINUSE}}, []port.Range{port.Single(81)}},
		{"the other family", []facts.Refusal{{Binding: port.AnyV6, Port: 80, Errno: syscall.EADDRINUSE}}, []port.Range{port.Single(80)}},
		{"a port once", []facts.Refusal{{Binding: port.AnyV4, Port: 81, Errno: syscall.EADDRINUSE}, {Binding: port.AnyV6, Port: 81, Errno: syscall.EADDRINUSE}},
			[]port.Range{port.Single(81)}},
		{"denied: somebody may have it as well", []facts.Refusal{{Binding: port.AnyV4, Port: 81, Errno: syscall.EACCES}}, []port.Range{port.Single(81)}},
		{"no socket explains an address that is not here", []facts.Refusal{{Binding: port.AnyV4, Port: 81, Errno: syscall.EADDRNOTAVAIL}}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := unexplained([]port.Requirement{publish(80)}, []facts.Probe{{Refusals: tt.refusals}}, listed)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestAnEnginesSilenceIsTold(t *testing.T) {
	tests := []struct {
		name     string
		endpoint string
		status   Status
	}{
		{"not there", "unix:///nonexistent/docker.sock", Skipped},
		{"on another host", "tcp://192.0.2.1:2375", Skipped},
		{"no engine at all", "unix://" + notASocket(t), Skipped},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := Ask(context.Background(), []engine.Endpoint{{URL: tt.endpoint}}, nobodys)
			if source, ok := status(s, "engine"); !ok || source.Status != tt.status {
				t.Errorf("got %+v, want status %d", source, tt.status)
			}
			if len(s.Uses()) > 0 || len(s.Containers()) > 0 {
				t.Errorf("claims %v, containers %v", s.Uses(), s.Containers())
			}
		})
	}
}

func notASocket(t *testing.T) string {
	t.Helper()
	f, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	return f.Name()
}

func TestSurveyAsNobodySaysWhatIsHidden(t *testing.T) {
	held := sockettest.Hold(t, sockettest.Server(port.AnyV4, 0))
	sockettest.ProcessAsNobody(t, func() {
		s := survey(t, publish(held.Port))
		if len(s.Sockets) != 1 {
			t.Fatalf("sockets %+v, want one", s.Sockets)
		}
		if s.Kernel.MayInspect || s.Kernel.MayBindPrivileged {
			t.Errorf("nobody may inspect: %v, may bind: %v", s.Kernel.MayInspect, s.Kernel.MayBindPrivileged)
		}
		if s.Sockets[0].Process == nil {
			if source, ok := status(s, "processes"); !ok || source.Status != Partial || !strings.Contains(source.Blind, "processes") {
				t.Errorf("the process is hidden, and the source says %+v", source)
			}
		}
	})
}
