package verdict

import (
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/port"
)

const (
	inUse       = syscall.EADDRINUSE
	denied      = syscall.EACCES
	unavailable = syscall.EADDRNOTAVAIL
)

// row is one want, what the host said, and what follows.
type row struct {
	name    string
	want    string
	refused []syscall.Errno // by socket; one stands for all
	claims  []facts.PortUse
	change  func(*Facts)

	answer   Answer
	holders  []string
	findings []string
}

func (r row) run(t *testing.T) {
	w := want(t, r.want)
	f := Facts{Kernel: debian, Uses: r.claims, Probes: []facts.Probe{{}}}
	if r.refused != nil {
		f.Probes[0].Refusals = refuse(w, r.refused...)
	}
	for _, c := range r.claims {
		if c.Source == "docker" {
			f.Containers = append(f.Containers, c.Owner)
		}
	}
	if r.change != nil {
		r.change(&f)
	}
	results := Judge([]port.Requirement{w}, f)
	if got := results[0].Answer; got != r.answer {
		t.Errorf("answer %d, want %d", got, r.answer)
	}
	if diff := cmp.Diff(r.holders, describe(results[0].Holders)); diff != "" {
		t.Errorf("holders -want +got:\n%s", diff)
	}
	if diff := cmp.Diff(r.findings, codes(Findings(results, f, f.Kernel.MayInspect))); diff != "" {
		t.Errorf("findings -want +got:\n%s", diff)
	}
}

func runAll(t *testing.T, rows []row) {
	t.Helper()
	for _, r := range rows {
		t.Run(r.name, r.run)
	}
}

// errnos is for rows.
func errnos(list ...syscall.Errno) []syscall.Errno { return list }

func TestAnEnabledSocketUnitIsLatent(t *testing.T) {
	unit := facts.PortUse{Protocol: port.TCP, Binding: port.AnyDual, Ports: port.Single(9090), State: facts.Enabled, Source: "systemd", Unit: "cockpit.socket"}
	other, users := unit, unit
	other.Unit, users.UserUnit, users.UnitUID = "other.socket", true, 1000
	runAll(t, []row{
		{name: "of a free port", want: "9090", claims: []facts.PortUse{unit, other}, answer: Free, findings: []string{Latent + " (warning)", Latent + " (warning)"}},
		{name: "of one name, the host's and a user's", want: "9090", claims: []facts.PortUse{unit, users}, answer: Free, findings: []string{Latent + " (warning)", Latent + " (warning)"}},
		{name: "of another port", want: "9091", claims: []facts.PortUse{unit}, answer: Free},
		{name: "of a port that systemd has for it", want: "9090", refused: errnos(inUse),
			claims: []facts.PortUse{unit, by(socket(facts.Listening, port.AnyDual, 9090), 1, "systemd")},
			answer: Busy, holders: []string{"process 1 on 9090"}, findings: []string{PortInUse}},
	})
}

func TestTheErrnoDecides(t *testing.T) {
	runAll(t, []row{
		{name: "nothing refused", want: "-p 80:80", answer: Free},
		{name: "in use", want: "-p 80:80", refused: errnos(inUse), claims: []facts.PortUse{by(socket(facts.Listening, port.AnyDual, 80), 812, "nginx")},
			answer: Busy, holders: []string{"process 812 on 80"}, findings: []string{PortInUse}},
		{name: "in use on one family", want: "-p 80:80", refused: errnos(0, inUse), claims: []facts.PortUse{by(socket(facts.Listening, port.AnyV6, 80), 812, "nginx")},
			answer: Busy, holders: []string{"process 812 on 80"}, findings: []string{PortInUse}},
		{name: "an address that the host lacks", want: "192.0.2.7:80", refused: errnos(unavailable),
			answer: Unavailable, findings: []string{AddressUnavailable}},
		{name: "denied to the service itself", want: "80", refused: errnos(denied), answer: Denied, findings: []string{PermissionDenied}},
		{name: "denied, and taken anyway", want: "80", refused: errnos(denied), claims: []facts.PortUse{by(socket(facts.Listening, port.AnyV4, 80), 812, "nginx")},
			answer: Busy, holders: []string{"process 812 on 80"}, findings: []string{PortInUse}},
		{name: "forbidden by a rule", want: "8080", refused: errnos(syscall.EPERM), answer: Denied, findings: []string{PermissionDenied}},
		{name: "anything else", want: "8080", refused: errnos(syscall.ENOBUFS), answer: Unknown, findings: []string{Undetermined}},
		{name: "the worst of the two sockets counts", want: "-p 80:80", refused: errnos(inUse, unavailable),
			claims: []facts.PortUse{by(socket(facts.Listening, port.AnyV4, 80), 812, "nginx")},
			answer: Busy, holders: []string{"process 812 on 80"}, findings: []string{PortInUse}},
		{name: "a port that the engine picks", want: "-p 80", answer: Free},
	})
}

func TestWhatIsNotInTheWayIsNoHolder(t *testing.T) {
	runAll(t, []row{
		{name: "another port", want: "80", claims: []facts.PortUse{by(socket(facts.Listening, port.AnyDual, 8080), 812, "nginx")}, answer: Free},
		{name: "another address", want: "127.0.0.1:80", claims: []facts.PortUse{by(socket(facts.Listening, addr("127.0.0.2"), 80), 812, "nginx")}, answer: Free},
		{name: "a listener that the kernel does not mind", want: "-p 80:80", claims: []facts.PortUse{by(socket(facts.Listening, port.AnyDual, 80), 812, "nginx")}, answer: Free},
		{name: "UDP", want: "53/udp", refused: errnos(inUse), claims: []facts.PortUse{by(socket(facts.Listening, port.AnyDual, 53), 812, "named")},
			answer: Busy, findings: []string{PortInUse, HolderUnseen + " (warning)"}},
	})
}

func TestTheHolderIsTheThingThatAPersonKnows(t *testing.T) {
	unit := func(c facts.PortUse, name string) facts.PortUse { c.Unit = name; return c }
	in := func(c facts.PortUse, id string) facts.PortUse { c.Owner.ID = id; return c }
	web := container("web", facts.Published, port.AnyV4, 80)
	runAll(t, []row{
		{name: "docker-proxy is the container behind it", want: "-p 80:80", refused: errnos(inUse, 0),
			claims: []facts.PortUse{by(socket(facts.Listening, port.AnyV4, 80), 900, "docker-proxy"), web},
			answer: Busy, holders: []string{"container web on 80"}, findings: []string{PortInUse}},
		{name: "conmon too", want: "-p 80:80", refused: errnos(inUse, 0),
			claims: []facts.PortUse{by(socket(facts.Bound, port.AnyV4, 80), 900, "conmon"), web},
			answer: Busy, holders: []string{"container web on 80"}, findings: []string{PortInUse}},
		{name: "a socket of nobody on a published port", want: "-p 80:80", refused: errnos(inUse, 0),
			claims: []facts.PortUse{socket(facts.Listening, port.AnyV4, 80), web},
			answer: Busy, holders: []string{"container web on 80"}, findings: []string{PortInUse}},
		{name: "of two containers the one on the socket's address", want: "[::]:80", refused: errnos(inUse),
			claims: []facts.PortUse{
				by(socket(facts.Listening, port.AnyDual, 80), 900, "docker-proxy"), container("a", facts.Published, port.AnyV4, 80),
				container("web", facts.Published, port.AnyV6, 80),
			},
			answer: Busy, holders: []string{"container web on 80"}, findings: []string{PortInUse}},
		{name: "a container on the host's network, by its cgroup", want: "80", refused: errnos(inUse),
			claims: []facts.PortUse{in(by(socket(facts.Listening, port.AnyDual, 80), 900, "nginx"), "id-web")},
			change: func(f *Facts) { f.Containers = []facts.Container{{ID: "id-web", Name: "web"}} },
			answer: Busy, holders: []string{"container web on 80"}, findings: []string{PortInUse}},
		{name: "a container on the host's network, by its first process", want: "80", refused: errnos(inUse),
			claims: []facts.PortUse{by(socket(facts.Listening, port.AnyDual, 80), 900, "nginx")},
			change: func(f *Facts) { f.Containers = []facts.Container{{ID: "id-web", Name: "web", PID: 900}} },
			answer: Busy, holders: []string{"container web on 80"}, findings: []string{PortInUse}},
		{name: "a process beside a container's port is itself", want: "-p 80:80", refused: errnos(inUse, 0),
			claims: []facts.PortUse{by(socket(facts.Listening, port.AnyV4, 80), 812, "nginx"), container("web", facts.Published, addr("127.0.0.9"), 81)},
			answer: Busy, holders: []string{"process 812 on 80"}, findings: []string{PortInUse}},
		{name: "a unit whose process is hidden", want: "80", refused: errnos(inUse),
			claims: []facts.PortUse{unit(socket(facts.Listening, port.AnyDual, 80), "nginx.service")},
			answer: Busy, holders: []string{"unit nginx.service on 80"}, findings: []string{PortInUse}},
		{name: "a process of its own unit", want: "80", refused: errnos(inUse),
			claims: []facts.PortUse{unit(by(socket(facts.Listening, port.AnyDual, 80), 812, "nginx"), "nginx.service")},
			answer: Busy, holders: []string{"process 812 on 80"}, findings: []string{PortInUse}},
		{name: "a socket whose owner is hidden", want: "80", refused: errnos(inUse), claims: []facts.PortUse{socket(facts.Listening, port.AnyDual, 80)},
			answer: Busy, holders: []string{"unseen on 80"}, findings: []string{PortInUse, HolderUnseen + " (warning)"}},
		{name: "nothing to see at all", want: "80", refused: errnos(inUse), answer: Busy, findings: []string{PortInUse, HolderUnseen + " (warning)"}},
		{name: "TIME_WAIT", want: "40000", refused: errnos(inUse), claims: []facts.PortUse{timeWait(port.AnyV4, 40000, time.Minute)},
			answer: Busy, holders: []string{"kernel on 40000"}, findings: []string{PortInUse}},
		{name: "a listener before its own connections", want: "80", refused: errnos(inUse),
			claims: []facts.PortUse{
				by(connection(port.AnyV4, 80, 50000, facts.OpenedByRemote), 813, "nginx"), by(socket(facts.Listening, port.AnyV4, 80), 812, "nginx"),
			},
			answer: Busy, holders: []string{"process 812 on 80"}, findings: []string{PortInUse}},
		{name: "an outgoing connection", want: "40000", refused: errnos(inUse),
			claims: []facts.PortUse{by(connection(addr("192.0.2.2"), 40000, 443, facts.OpenedHere), 812, "curl")},
			answer: Busy, holders: []string{"process 812 on 40000"}, findings: []string{PortInUse}},
		{name: "two sockets of one process", want: "-p 80:80", refused: errnos(inUse),
			claims: []facts.PortUse{by(socket(facts.Listening, port.AnyV4, 80), 812, "nginx"), by(socket(facts.Listening, port.AnyV6, 80), 812, "nginx")},
			answer: Busy, holders: []string{"process 812 on 80"}, findings: []string{PortInUse}},
	})
}

func TestOwnIsTheVeryHolderOfTheVeryPort(t *testing.T) {
	own := func(f *Facts) { f.Owns = ours }
	proxy := by(socket(facts.Listening, port.AnyV4, 80), 900, "docker-proxy")
	unit := by(socket(facts.Listening, port.AnyV4, 80), 900, "gpustack")
	unit.Unit = "gpustack.service"
	runAll(t, []row{
		{name: "ours publishes it", want: "-p 80:80", refused: errnos(inUse, 0), claims: []facts.PortUse{proxy, container("gpustack", facts.Published, port.AnyV4, 80)},
			change: own, answer: Own, holders: []string{"container gpustack on 80, own"}},
		{name: "our unit has it", want: "-p 80:80", refused: errnos(inUse, 0), claims: []facts.PortUse{unit}, change: own, answer: Own, holders: []string{"process 900 on 80, own"}},
		{name: "a container with a name like ours has it", want: "-p 80:80", refused: errnos(inUse, 0),
			claims: []facts.PortUse{proxy, container("my-gpustack-exporter", facts.Published, port.AnyV4, 80)},
			change: own, answer: Busy, holders: []string{"container my-gpustack-exporter on 80"}, findings: []string{PortInUse}},
		{name: "ours runs on another port", want: "-p 80:80", refused: errnos(inUse, 0),
			claims: []facts.PortUse{by(socket(facts.Listening, port.AnyV4, 80), 812, "nginx"), container("gpustack", facts.Published, port.AnyV4, 8080)},
			change: own, answer: Busy, holders: []string{"process 812 on 80"}, findings: []string{PortInUse}},
		{name: "ours has one family and somebody else the other", want: "-p 80:80", refused: errnos(inUse, inUse),
			claims: []facts.PortUse{proxy, container("gpustack", facts.Published, port.AnyV4, 80), by(socket(facts.Listening, port.AnyV6, 80), 812, "nginx")},
			change: own, answer: Busy, holders: []string{"process 812 on 80", "container gpustack on 80, own"}, findings: []string{PortInUse}},
		{name: "ours publishes it without a socket", want: "-p 80:80", claims: []facts.PortUse{container("gpustack", facts.Published, port.AnyV4, 80)},
			change: own, answer: Own, holders: []string{"container gpustack on 80, own"}},
		{name: "ours is stopped", want: "-p 80:80", claims: []facts.PortUse{container("gpustack", facts.Stopped, port.AnyV4, 80)}, change: own, answer: Free},
		{name: "nobody is seen", want: "-p 80:80", refused: errnos(inUse, 0), change: own,
			answer: Busy, findings: []string{PortInUse, HolderUnseen + " (warning)"}},
		{name: "ours may not be bound by this user", want: "-p 80:80", refused: errnos(denied),
			claims: []facts.PortUse{proxy, container("gpustack", facts.Published, port.AnyV4, 80)}, change: own,
			answer: Own, holders: []string{"container gpustack on 80, own"}},
	})
}

func TestWithoutAListenerAPortCanStillBeUnusable(t *testing.T) {
	runAll(t, []row{
		{name: "the engine has given it away", want: "-p 8080:80", claims: []facts.PortUse{container("web", facts.Published, port.AnyV4, 8080)},
			answer: Busy, holders: []string{"container web on 8080"}, findings: []string{PortInUse}},
		{name: "the engine sends its packets elsewhere", want: "8080", claims: []facts.PortUse{container("web", facts.Published, port.AnyV4, 8080)},
			answer: Redirected, holders: []string{"container web on 8080"}, findings: []string{RedirectedPort}},
		{name: "on another address", want: "127.0.0.1:8080", claims: []facts.PortUse{container("web", facts.Published, addr("192.0.2.2"), 8080)}, answer: Free},
		{name: "bound and not listening", want: "8080", refused: errnos(inUse), claims: []facts.PortUse{by(socket(facts.Bound, port.AnyV4, 8080), 812, "sock")},
			answer: Busy, holders: []string{"process 812 on 8080"}, findings: []string{PortInUse}},
	})
}

func TestWhereTheEngineBindsAsRootTheTablesAnswer(t *testing.T) {
	with := func(changes ...func(*Facts)) func(*Facts) {
		return func(f *Facts) {
			for _, change := range changes {
				change(f)
			}
		}
	}
	blind := func(f *Facts) { f.Kernel.SeesBound = false }
	partly := func(f *Facts) { f.Tables.Partly = true }
	failed := func(f *Facts) { f.Tables.Failed = true }
	rootless := func(f *Facts) { f.Engine.Rootless = true }
	capable := func(f *Facts) { f.Engine.Privileged = true }
	lower := func(f *Facts) { f.Kernel.UnprivilegedStart = 80 }
	runAll(t, []row{
		{name: "complete tables show nothing", want: "-p 80:80", refused: errnos(denied), answer: Free},
		{name: "complete tables show a listener", want: "-p 80:80", refused: errnos(denied),
			claims: []facts.PortUse{by(socket(facts.Listening, port.AnyV4, 80), 812, "nginx")},
			answer: Busy, holders: []string{"process 812 on 80"}, findings: []string{PortInUse}},
		{name: "a kernel before 6.8 does not show bound sockets", want: "-p 80:80", refused: errnos(denied), change: blind, answer: Unknown, findings: []string{Undetermined}},
		{name: "it shows UDP all the same", want: "-p 53:53/udp", refused: errnos(denied), change: blind, answer: Free},
		{name: "/proc/net does not show bound sockets", want: "-p 80:80", refused: errnos(denied), change: partly, answer: Unknown, findings: []string{Undetermined}},
		{name: "no table at all", want: "-p 80:80", refused: errnos(denied), change: failed, answer: Unknown, findings: []string{Undetermined}},
		{name: "a listener is enough, whatever else is hidden", want: "-p 80:80", refused: errnos(denied), change: with(blind, partly),
			claims: []facts.PortUse{by(socket(facts.Listening, port.AnyV4, 80), 812, "nginx")},
			answer: Busy, holders: []string{"process 812 on 80"}, findings: []string{PortInUse}},
		{name: "a rootless engine may not either", want: "-p 80:80", refused: errnos(denied), change: rootless, answer: Denied, findings: []string{PermissionDenied}},
		{name: "a rootless engine may not, where root asks", want: "-p 80:80", change: rootless, answer: Denied, findings: []string{PermissionDenied}},
		{name: "a rootless engine may take a port above", want: "-p 1024:80", change: rootless, answer: Free},
		{name: "a rootless engine may where the limit is lower", want: "-p 80:80", change: with(rootless, lower), answer: Free},
		{name: "a rootless engine with the capability", want: "-p 80:80", change: with(rootless, capable), refused: errnos(denied), answer: Free},
		{name: "what is no privileged port is denied by something else", want: "-p 80:80", refused: errnos(denied), change: lower,
			answer: Denied, findings: []string{PermissionDenied}},
		{name: "an accepted connection lets the engine by", want: "-p 80:80", refused: errnos(denied),
			claims: []facts.PortUse{by(connection(port.AnyV4, 80, 50000, facts.OpenedByRemote), 812, "nginx")}, answer: Free},
		{name: "an outgoing one does not", want: "-p 80:80", refused: errnos(denied),
			claims: []facts.PortUse{by(connection(port.AnyV4, 80, 443, facts.OpenedHere), 812, "rpc")},
			answer: Busy, holders: []string{"process 812 on 80"}, findings: []string{PortInUse}},
		{name: "the engine of another host", want: "-p 80:80", change: func(f *Facts) { f.Engine.Remote = true }, answer: Unknown, findings: []string{Undetermined}},
		{name: "the service itself is on this host", want: "8080", change: func(f *Facts) { f.Engine.Remote = true }, answer: Free},
		{name: "nobody was asked", want: "8080", change: func(f *Facts) { f.Probes = nil }, answer: Unknown, findings: []string{Undetermined}},
		{name: "the kernel's no needs no table", want: "-p 8080:80", refused: errnos(inUse), change: failed,
			answer: Busy, findings: []string{PortInUse, HolderUnseen + " (warning)"}},
	})
}

func TestAnEngineThatPublishesOnIPv4AloneDoesNotMindIPv6(t *testing.T) {
	v4only := func(f *Facts) { f.Engine.IPv4Only = true }
	nginx := by(socket(facts.Listening, port.AnyV6, 80), 812, "nginx")
	runAll(t, []row{
		{name: "a holder of IPv6", want: "-p 80:80", refused: errnos(0, inUse), claims: []facts.PortUse{nginx}, change: v4only, answer: Free},
		{name: "an IPv6 address that was asked for", want: "-p [::1]:80:80", refused: errnos(inUse), claims: []facts.PortUse{nginx}, change: v4only,
			answer: Busy, holders: []string{"process 812 on 80"}, findings: []string{PortInUse}},
		{name: "a service that binds by itself", want: "80", refused: errnos(inUse), claims: []facts.PortUse{nginx}, change: v4only,
			answer: Busy, holders: []string{"process 812 on 80"}, findings: []string{PortInUse}},
	})
}

func TestAnEngineWithoutItsChainsPublishesNothing(t *testing.T) {
	gone := func(f *Facts) { f.Engine.ChainsGone = true }
	nginx := by(socket(facts.Listening, port.AnyV4, 80), 812, "nginx")
	runAll(t, []row{
		{name: "a free port", want: "-p 80:80", refused: errnos(0, 0), change: gone, answer: Denied, findings: []string{EngineRefuses}},
		{name: "a port that is held", want: "-p 80:80", refused: errnos(inUse, 0), claims: []facts.PortUse{nginx}, change: gone,
			answer: Busy, holders: []string{"process 812 on 80"}, findings: []string{EngineRefuses, PortInUse}},
		{name: "an address that the host lacks", want: "-p 192.0.2.7:80:80", refused: errnos(unavailable), change: gone,
			answer: Unavailable, findings: []string{EngineRefuses, AddressUnavailable}},
		{name: "IPv6, by docker-proxy alone", want: "-p [::1]:80:80", refused: errnos(0), change: gone, answer: Free},
		{name: "a service that binds by itself", want: "80", refused: errnos(0), change: gone, answer: Free},
	})
}

func TestAFreePortCanStillBeABadChoice(t *testing.T) {
	runAll(t, []row{
		{name: "of outgoing connections", want: "-p 40000:80", answer: Free, findings: []string{Ephemeral + " (warning)"}},
		{name: "reserved", want: "-p 40000:80", change: func(f *Facts) { f.Kernel.Reserved = []port.Range{port.Single(40000)} },
			answer: Free, findings: []string{Ephemeral + " (info)"}},
		{name: "of a stopped container", want: "-p 8080:80", claims: []facts.PortUse{container("old", facts.Stopped, port.AnyV4, 8080)},
			answer: Free, findings: []string{Latent + " (warning)"}},
		{name: "of a stopped container, once for both families", want: "-p 8080:80",
			claims: []facts.PortUse{container("old", facts.Stopped, port.AnyV4, 8080), container("old", facts.Stopped, port.AnyV6, 8080)},
			answer: Free, findings: []string{Latent + " (warning)"}},
		{name: "of a stopped container on another address", want: "127.0.0.1:8080", claims: []facts.PortUse{container("old", facts.Stopped, addr("127.0.0.2"), 8080)}, answer: Free},
		{name: "refused by browsers", want: "-p 6000:80", answer: Free, findings: []string{BrowserBlocked + " (warning)"}},
		{name: "refused by browsers, and nobody opens it in one", want: "25", answer: Free},
		{name: "refused by browsers over TCP alone", want: "-p 6000:80/udp", answer: Free},
		{name: "its IPv4 side is taken", want: "[::]:8080", claims: []facts.PortUse{by(socket(facts.Listening, port.AnyV4, 8080), 812, "nginx")},
			answer: Free, findings: []string{OtherFamily + " (warning)"}},
		{name: "a busy one is not warned of as well", want: "-p 40000:80", refused: errnos(inUse),
			claims: []facts.PortUse{by(socket(facts.Listening, port.AnyV4, 40000), 812, "nginx")},
			answer: Busy, holders: []string{"process 812 on 40000"}, findings: []string{PortInUse}},
	})
}
