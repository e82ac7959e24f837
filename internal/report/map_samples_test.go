package report

import (
	"time"

	"github.com/safeport/safeport"
)

// busyMap is a host with something of every kind.
func busyMap() *safeport.MapReport {
	started := time.Date(2026, 11, 20, 9, 14, 0, 0, time.UTC)
	one := func(n int) safeport.Stretch { return safeport.Stretch{First: n, Last: n} }
	process := func(n int, name, unit string) safeport.MapMark {
		return safeport.MapMark{Kind: safeport.MarkHeld, Stretch: one(n), Holders: []safeport.Holder{{
			Kind: safeport.HolderProcess, Name: name, PID: 800 + n%100, User: "root", Unit: unit, Address: "0.0.0.0", Port: n,
			Protocol: "tcp", State: "listening", Started: &started,
		}}}
	}
	container := func(kind safeport.MapKind, n int, name, image, state, restart string) safeport.MapMark {
		return safeport.MapMark{Kind: kind, Stretch: one(n), Holders: []safeport.Holder{{
			Kind: safeport.HolderContainer, Name: name, Address: "0.0.0.0", Port: n, Protocol: "tcp", State: state,
			Container: &safeport.Container{ID: "c0ffee", Name: name, Image: image, State: state, Restart: restart},
		}}}
	}
	rule := safeport.MapMark{Kind: safeport.MarkRedirected, Stretch: one(443), Holders: []safeport.Holder{{
		Kind: safeport.HolderRule, Name: "ip nat PREROUTING handle 5", Command: "redirect to :8443", Port: 443, Protocol: "tcp",
	}}}
	wanted := func(n int, about string, v safeport.PortVerdict) safeport.WantedPort {
		return safeport.WantedPort{Stretch: one(n), Port: safeport.Port{Protocol: "tcp", Ports: spellStretch(one(n)), About: about, Verdict: v}}
	}
	return &safeport.MapReport{
		Schema: safeport.MapSchema, Host: safeport.Host{Name: "gpu-01", Kernel: "6.1.0"},
		Bands: []safeport.Band{
			{Name: "privileged", Stretch: safeport.Stretch{First: 1, Last: 1023}},
			{Name: "registered", Stretch: safeport.Stretch{First: 1024, Last: 32767}},
			{Name: "ephemeral", Stretch: safeport.Stretch{First: 32768, Last: 60999}},
			{Name: "high", Stretch: safeport.Stretch{First: 61000, Last: 65535}},
		},
		Reserved: []safeport.Stretch{{First: 40000, Last: 41999}},
		Protocols: []safeport.ProtocolMap{
			{Protocol: "tcp", Passing: 312, Marks: []safeport.MapMark{
				process(22, "sshd", "ssh.service"), container(safeport.MarkHeld, 80, "shop-web-1", "nginx:1.27", "running", "always"), rule,
				process(631, "cupsd", "cups.service"), process(3000, "grafana", "grafana-server.service"), process(5432, "postgres", "postgresql@15-main.service"),
				process(6379, "redis-server", "redis.service"), container(safeport.MarkClaimed, 8080, "old-web", "nginx:1.25", "exited", "always"),
				process(8443, "haproxy", "haproxy.service"), process(9090, "prometheus", "prometheus.service"), process(9100, "node_exporter", ""),
				process(10250, "kubelet", "kubelet.service"), process(45123, "python3", ""),
			}, Room: []safeport.Stretch{{First: 10251, Last: 32767}, {First: 40000, Last: 41999}, {First: 61000, Last: 65535}}},
			{Protocol: "udp", Marks: []safeport.MapMark{process(53, "dnsmasq", "dnsmasq.service"), process(5353, "avahi-daemon", "avahi-daemon.service")},
				Room: []safeport.Stretch{{First: 5354, Last: 32767}}},
		},
		Wanted:  []safeport.WantedPort{wanted(80, "web UI and API", safeport.PortBusy), wanted(8081, "web UI and API", safeport.PortFree)},
		Sources: []safeport.Source{}, Findings: []safeport.Finding{},
	}
}

// quietMap is the same host with nothing wanted.
func quietMap() *safeport.MapReport {
	r := busyMap()
	r.Wanted = nil
	return r
}
