package output

import (
	"time"

	"github.com/safeport/safeport/report"
)

// busyMap is a host with something of every kind.
func busyMap() *report.MapReport {
	started := time.Date(2026, 11, 20, 9, 14, 0, 0, time.UTC)
	one := func(n int) report.Stretch { return report.Stretch{First: n, Last: n} }
	process := func(n int, name, unit string) report.MapMark {
		return report.MapMark{Kind: report.MarkHeld, Stretch: one(n), Holders: []report.Holder{{
			Kind: report.HolderProcess, Name: name, PID: 800 + n%100, User: "root", Unit: unit, Address: "0.0.0.0", Port: n,
			Protocol: "tcp", State: "listening", Started: &started,
		}}}
	}
	container := func(kind report.MapKind, n int, name, image, state, restart string) report.MapMark {
		return report.MapMark{Kind: kind, Stretch: one(n), Holders: []report.Holder{{
			Kind: report.HolderContainer, Name: name, Address: "0.0.0.0", Port: n, Protocol: "tcp", State: state,
			Container: &report.Container{ID: "c0ffee", Name: name, Image: image, State: state, Restart: restart},
		}}}
	}
	rule := report.MapMark{Kind: report.MarkRedirected, Stretch: one(443), Holders: []report.Holder{{
		Kind: report.HolderRule, Name: "ip nat PREROUTING handle 5", Command: "redirect to :8443", Port: 443, Protocol: "tcp",
	}}}
	wanted := func(n int, about string, v report.PortVerdict) report.WantedPort {
		return report.WantedPort{Stretch: one(n), Port: report.Port{Protocol: "tcp", Ports: spellStretch(one(n)), About: about, Verdict: v}}
	}
	return &report.MapReport{
		Schema: report.MapSchema, Host: report.Host{Name: "gpu-01", Kernel: "6.1.0"},
		Bands: []report.Band{
			{Name: "privileged", Stretch: report.Stretch{First: 1, Last: 1023}},
			{Name: "registered", Stretch: report.Stretch{First: 1024, Last: 32767}},
			{Name: "ephemeral", Stretch: report.Stretch{First: 32768, Last: 60999}},
			{Name: "high", Stretch: report.Stretch{First: 61000, Last: 65535}},
		},
		Reserved: []report.Stretch{{First: 40000, Last: 41999}},
		Protocols: []report.ProtocolMap{
			{Protocol: "tcp", Passing: 312, Marks: []report.MapMark{
				process(22, "sshd", "ssh.service"), container(report.MarkHeld, 80, "shop-web-1", "nginx:1.27", "running", "always"), rule,
				process(631, "cupsd", "cups.service"), process(3000, "grafana", "grafana-server.service"), process(5432, "postgres", "postgresql@15-main.service"),
				process(6379, "redis-server", "redis.service"), container(report.MarkClaimed, 8080, "old-web", "nginx:1.25", "exited", "always"),
				process(8443, "haproxy", "haproxy.service"), process(9090, "prometheus", "prometheus.service"), process(9100, "node_exporter", ""),
				process(10250, "kubelet", "kubelet.service"), process(45123, "python3", ""),
			}, Room: []report.Stretch{{First: 10251, Last: 32767}, {First: 40000, Last: 41999}, {First: 61000, Last: 65535}}},
			{Protocol: "udp", Marks: []report.MapMark{process(53, "dnsmasq", "dnsmasq.service"), process(5353, "avahi-daemon", "avahi-daemon.service")},
				Room: []report.Stretch{{First: 5354, Last: 32767}}},
		},
		Wanted:  []report.WantedPort{wanted(80, "web UI and API", report.PortBusy), wanted(8081, "web UI and API", report.PortFree)},
		Sources: []report.Source{}, Findings: []report.Finding{},
	}
}

// quietMap is the same host with nothing wanted.
func quietMap() *report.MapReport {
	r := busyMap()
	r.Wanted = nil
	return r
}
