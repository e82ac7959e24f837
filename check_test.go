package safeport_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/safeport/safeport"
	"github.com/safeport/safeport/internal/host/probe"
	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/internal/sockettest"
	"github.com/safeport/safeport/report"
)

// noEnv is an environment without a variable, so that the caller's does not matter.
func noEnv(string) (string, bool) { return "", false }

// check asks without an engine.
func check(t *testing.T, req safeport.Request) *report.Report {
	t.Helper()
	req.Engine, req.LookupEnv = safeport.NoEngine, noEnv
	r, err := safeport.Check(context.Background(), req)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func finding(t *testing.T, r *report.Report, code report.Code) report.Finding {
	t.Helper()
	for _, f := range r.Findings {
		if f.Code == code {
			return f
		}
	}
	t.Fatalf("no %s among %+v", code, r.Findings)
	return report.Finding{}
}

func TestAQuestionThatMakesNoSenseNamesTheWordThatIsWrong(t *testing.T) {
	ports := func(s string) safeport.Request { return safeport.Request{Ports: []string{s}} }
	publish := func(s string) safeport.Request { return safeport.Request{Publish: []string{s}} }
	ignore := func(s string) safeport.Request {
		return safeport.Request{Ports: []string{"80"}, Ignore: []string{s}}
	}
	tests := []struct {
		name string
		req  safeport.Request
		word string
	}{
		{"nothing to check", safeport.Request{}, "gpustack"},
		{"port 0", ports("0"), "port 0"},
		{"port 70000", ports("70000"), "70000"},
		{"range that runs backwards", ports("80-70"), `"80-70"`},
		{"no protocol", ports("80/dccp"), `"dccp"`},
		{"word", ports("abc"), `"abc"`},
		{"address", ports("127.0.0.256:80"), `"127.0.0.256"`},
		{"second port", safeport.Request{Ports: []string{"80", "x"}}, `"x"`},
		{"published port", publish("70000:80"), "70000"},
		{"published range", publish("8000-8002:80-81"), "8000-8002"},
		{"unknown service", safeport.Request{Services: []string{"gpustak"}}, `"gpustack"`},
		{"settings without a service", safeport.Request{Ports: []string{"80"}, Settings: map[string]string{"port": "80"}}, "service"},
		{"unknown code", ignore("port-inuse"), `"port-in-use"`},
		{"a code that is nothing like one", ignore("xyzzy"), `"xyzzy"`},
		{"code with a port that is none", ignore("port-in-use:http"), `"http"`},
		{"engine", safeport.Request{Ports: []string{"80"}, Engine: "docker"}, `"docker"`},
		{"engine of the environment", safeport.Request{Ports: []string{"80"}, LookupEnv: func(name string) (string, bool) {
			return "nonsense", name == "DOCKER_HOST"
		}}, "DOCKER_HOST"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.req.LookupEnv == nil {
				tt.req.LookupEnv = noEnv
			}
			r, err := safeport.Check(context.Background(), tt.req)
			var usage *safeport.UsageError
			if !errors.As(err, &usage) {
				t.Fatalf("got %+v and %v, want a usage error", r, err)
			}
			if s := err.Error(); !strings.Contains(s, tt.word) || strings.Contains(s, "\n") {
				t.Errorf("error %q does not name %s in one line", s, tt.word)
			}
		})
	}
}

func TestABusyPortNamesItsHolderAndAWayOut(t *testing.T) {
	held := sockettest.Hold(t, sockettest.Server(port.AnyV4, 0))
	for name, req := range map[string]safeport.Request{
		"the service binds": {Ports: []string{fmt.Sprint(held.Port)}},
		"the engine binds":  {Publish: []string{fmt.Sprintf("%d:80", held.Port)}},
	} {
		t.Run(name, func(t *testing.T) {
			r := check(t, req)
			if r.Verdict != report.Blocked || r.Ports[0].Verdict != report.PortBusy || len(r.Ports[0].Holders) != 1 {
				t.Fatalf("verdict %s, port %+v", r.Verdict, r.Ports[0])
			}
			h := r.Ports[0].Holders[0]
			if h.Kind != report.HolderProcess || h.PID != os.Getpid() || h.Port != int(held.Port) || h.State != "listening" {
				t.Errorf("held by %+v, want this test, %d", h, os.Getpid())
			}
			if other := r.Ports[0].Suggestion; other == 0 || !probe.Free(port.TCP, uint16(other)) {
				t.Errorf("suggested is %d, which is not free", other)
			}
			f := finding(t, r, report.PortInUse)
			if f.Severity != report.Error || f.Port != r.Ports[0].Name || !strings.Contains(f.Message, fmt.Sprint("PID ", os.Getpid())) {
				t.Errorf("finding %+v", f)
			}
			if len(f.Remedies) == 0 {
				t.Error("nothing is offered")
			}
			for _, remedy := range f.Remedies {
				if strings.Contains(remedy.Command, "kill") {
					t.Errorf("the remedy is to kill: %s", remedy.Command)
				}
			}
		})
	}
}

func TestIgnoringMakesAnErrorAWarningAndHidesNothing(t *testing.T) {
	held := sockettest.Hold(t, sockettest.Server(port.AnyV4, 0))
	ask := safeport.Request{Ports: []string{fmt.Sprint(held.Port)}}
	tests := []struct {
		name    string
		ignore  []string
		strict  bool
		verdict report.Verdict
	}{
		{"nothing", nil, false, report.Blocked},
		{"the code", []string{"port-in-use"}, false, report.Warned},
		{"the code of this port", []string{fmt.Sprint("port-in-use:", held.Port)}, false, report.Warned},
		{"the code of a range that is another", []string{"port-in-use:1-2"}, false, report.Blocked},
		{"the code of another port", []string{"port-in-use:1"}, false, report.Blocked},
		{"another code", []string{"redirected"}, false, report.Blocked},
		{"strictness is the caller's to weigh", []string{"port-in-use"}, true, report.Warned},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ask.Ignore, ask.Strict = tt.ignore, tt.strict
			r := check(t, ask)
			if r.Verdict != tt.verdict || r.Ports[0].Verdict != report.PortBusy {
				t.Errorf("verdict %s, port %s; want %s, and the port busy", r.Verdict, r.Ports[0].Verdict, tt.verdict)
			}
			f, ignored := finding(t, r, report.PortInUse), tt.verdict == report.Warned
			if f.Ignored != ignored || (f.Severity == report.Warning) != ignored || f.Message == "" {
				t.Errorf("finding %+v", f)
			}
		})
	}
}

func TestPortsThatCollideAreToldBeforeTheHostIsAsked(t *testing.T) {
	for name, req := range map[string]safeport.Request{
		"the same twice":     {Ports: []string{"8080", "8080"}},
		"a range and a port": {Ports: []string{"8000-8100", "127.0.0.1:8080"}},
		"service and engine": {Ports: []string{"8080"}, Publish: []string{"8080:80"}},
	} {
		t.Run(name, func(t *testing.T) {
			r := check(t, req)
			if len(r.Sources) > 0 {
				t.Errorf("the host was asked: %+v", r.Sources)
			}
			if f := finding(t, r, report.DuplicatePort); r.Verdict != report.Blocked || f.Message == "" {
				t.Errorf("verdict %s, want blocked; finding %+v", r.Verdict, f)
			}
		})
	}
	ignored := safeport.Request{Ports: []string{"8080", "8080"}, Ignore: []string{"duplicate-port"}}
	if r := check(t, ignored); len(r.Sources) == 0 {
		t.Error("the collision is ignored, and nobody looked whether the port can be had")
	}
	if r := check(t, safeport.Request{Ports: []string{"8080/tcp", "8080/udp"}}); len(r.Sources) == 0 {
		t.Error("TCP and UDP are said to collide")
	}
}

func TestAPortThatConnectionsMayTakeIsWarnedOfWithHowLikelyThatIs(t *testing.T) {
	sockettest.InNamespace(t, func() {
		script := "ip link set lo up; sysctl -qw net.ipv4.ip_local_port_range='40000 40009' net.ipv4.ip_local_reserved_ports=40001,50000"
		if out, err := exec.Command("/bin/sh", "-ec", script).CombinedOutput(); err != nil {
			t.Errorf("%v: %s", err, out)
			return
		}
		sockettest.Hold(t, sockettest.Server(port.AnyV4, 40002))
		r, err := safeport.Check(t.Context(), safeport.Request{Ports: []string{"40000", "40001", "40003-40004"}, Engine: safeport.NoEngine})
		if err != nil {
			t.Error(err)
			return
		}
		var got []string
		for _, f := range r.Findings {
			got = append(got, fmt.Sprint(f.Port, " ", f.Severity, " ", f.Likelihood))
			for _, remedy := range f.Remedies {
				if want := "net.ipv4.ip_local_reserved_ports=40000-40001,40003-40004,50000"; !strings.Contains(remedy.Command, want) {
					t.Errorf("%s is not told to set %s", remedy.Command, want)
				}
			}
		}
		if diff := cmp.Diff([]string{"40000 warning 0.2", "40003-40004 warning 0.2", "40001 info 0"}, got); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
		if message := r.Findings[0].Message; !strings.Contains(message, "1 of the range's 9 ports are in use now, so about 20 of 100 starts would fail") {
			t.Errorf("message %q does not say how likely it is", message)
		}
	})
}

func TestAFreePortIsClear(t *testing.T) {
	free, err := safeport.Free(context.Background(), safeport.FreeRequest{Engine: safeport.NoEngine})
	if err != nil {
		t.Fatal(err)
	}
	r := check(t, safeport.Request{Ports: []string{fmt.Sprint(free.Ports[0])}})
	if r.Verdict != report.Clear || r.Ports[0].Verdict != report.PortFree || len(r.Findings) > 0 {
		t.Errorf("verdict %s, ports %+v, findings %+v", r.Verdict, r.Ports, r.Findings)
	}
	if r.Schema != report.Schema || r.Situation != report.None || r.Host.Kernel == "" || len(r.Sources) == 0 {
		t.Errorf("got %+v", r)
	}
}

func TestAUserWithoutRightsIsToldWhoMay(t *testing.T) {
	n := privilegedPort(t)
	sockettest.ProcessAsNobody(t, func() {
		r := check(t, safeport.Request{Ports: []string{fmt.Sprint(n)}})
		if r.Ports[0].Verdict != report.PortDenied || r.Verdict != report.Blocked {
			t.Errorf("port %+v, verdict %s; want denied", r.Ports[0], r.Verdict)
		}
		if f := finding(t, r, report.PermissionDenied); !strings.Contains(f.Message, fmt.Sprint(n)) || len(f.Remedies) == 0 {
			t.Errorf("finding %+v", f)
		}
		// The engine binds as root, whoever asks; from kernel 6.8 on the tables show all that could be in its way.
		published := check(t, safeport.Request{Publish: []string{fmt.Sprintf("%d:80", n)}})
		if v := published.Ports[0].Verdict; v != report.PortFree && v != report.PortUnknown {
			t.Errorf("published it is %s", v)
		}
	})
}

// privilegedPort is one that nobody has.
func privilegedPort(t *testing.T) uint16 {
	t.Helper()
	for n := uint16(79); n > 1; n-- {
		if probe.Free(port.TCP, n) {
			return n
		}
	}
	t.Fatal("every port below 80 is taken")
	return 0
}

func TestACancelledCheckIsAnErrorAndNoVerdict(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	r, err := safeport.Check(ctx, safeport.Request{Ports: []string{"8080"}, Engine: safeport.NoEngine, LookupEnv: noEnv})
	var usage *safeport.UsageError
	if !errors.Is(err, context.Canceled) || errors.As(err, &usage) {
		t.Errorf("got %+v and %v, want it cancelled", r, err)
	}
}
