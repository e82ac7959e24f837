package output

import (
	"time"

	"github.com/safeport/safeport/report"
)

// The reports below are made by hand in the words of the library, so that goldens do not depend on what the machine that
// runs the tests happens to hold.

func at(hour, minute int) *time.Time {
	t := time.Date(2026, 11, 20, hour, minute, 0, 0, time.Local)
	return &t
}

func webPort(v report.PortVerdict, holders ...report.Holder) report.Port {
	return report.Port{
		Name: "web", About: "web UI and API", Protocol: "tcp", Ports: "80", Mode: "publish",
		Origin: report.Origin{Kind: "default"}, Verdict: v, Holders: holders,
	}
}

func argument(name, ports, protocol string, v report.PortVerdict, holders ...report.Holder) report.Port {
	return report.Port{
		Name: name, Protocol: protocol, Ports: ports, Mode: "bind",
		Origin: report.Origin{Kind: "argument", Where: name}, Verdict: v, Holders: holders,
	}
}

func nginx(address string) report.Holder {
	return report.Holder{
		Kind: report.HolderProcess, Name: "nginx", PID: 812, User: "root", Command: "nginx: master process /usr/sbin/nginx",
		Started: at(9, 14), Unit: "nginx.service", Protocol: "tcp", Address: address, Port: 80, State: "listening", Source: "sock_diag",
	}
}

func shop(address string, port int) report.Holder {
	return report.Holder{
		Kind: report.HolderContainer, Name: "shop-web-1", Protocol: "tcp", Address: address, Port: port, State: "published", Source: "docker",
		Container: &report.Container{
			ID: "4f1c0ffee000", Name: "shop-web-1", Image: "nginx:1.27", Project: "shop", Directory: "/srv/shop", State: "running", Restart: "always",
		},
	}
}

func own(address string) report.Holder {
	return report.Holder{
		Kind: report.HolderContainer, Name: "gpustack", Protocol: "tcp", Address: address, Port: 80, State: "published", Source: "docker", Own: true,
		Container: &report.Container{ID: "9a5", Name: "gpustack", Image: "gpustack/gpustack:v2.2.3", State: "running"},
	}
}

func host() report.Host {
	return report.Host{
		Name: "gpu-01", Kernel: "6.1.0-28-amd64",
		Engine: &report.Engine{Name: "docker", Version: "28.2.2", Endpoint: "unix:///var/run/docker.sock"},
	}
}

func gpustack(v report.Verdict, s report.Situation, ports []report.Port, findings ...report.Finding) *report.Report {
	return &report.Report{
		Schema: report.Schema, Host: host(), Service: "gpustack", Instance: "gpustack", Situation: s, Verdict: v,
		Ports: ports, Findings: findings,
		Sources: []report.Source{
			{Name: "sock_diag", Status: "ok", Took: "0.3ms"},
			{Name: "docker", Status: "partial", Took: "12.1ms", Detail: "not shown: containers of other engines"},
			{Name: "nftables", Status: "failed", Took: "0.0ms", Detail: "operation not permitted"},
		},
	}
}

func ports(v report.Verdict, ports []report.Port, findings ...report.Finding) *report.Report {
	r := gpustack(v, report.None, ports, findings...)
	r.Service, r.Instance = "", ""
	return r
}

func find(code report.Code, s report.Severity, port, message string, remedies ...report.Remedy) report.Finding {
	return report.Finding{Code: code, Severity: s, Port: port, Message: message, Remedies: remedies}
}

func nginxOn80() *report.Report {
	return gpustack(report.Blocked, report.Fresh,
		[]report.Port{
			webPort(report.PortBusy, nginx("0.0.0.0"), nginx("::")),
			{Name: "web-tls", About: "web UI and API over TLS", Protocol: "tcp", Ports: "443", Mode: "publish", Origin: report.Origin{Kind: "file", Where: "config.yaml:3"}, Verdict: report.PortFree},
		},
		find(report.PortInUse, report.Error, "web", "Port 80/tcp is already in use by nginx (PID 812, user root, nginx.service)",
			report.Remedy{Text: "Use port 8080 (free)", Command: "safeport check gpustack --port 8080"},
			report.Remedy{Text: "Stop the service", Command: "sudo systemctl stop nginx.service"},
		),
	)
}

// chainsGone has Docker's rules flushed, and the port held besides.
func chainsGone() *report.Report {
	r := nginxOn80()
	r.Findings = append([]report.Finding{find(report.EngineRefuses, report.Error, "web", "Docker can't publish port 80/tcp for gpustack: its firewall chains are gone",
		report.Remedy{Text: "Restart Docker to restore its chains", Command: "sudo systemctl restart docker.service"})}, r.Findings...)
	return r
}

// workerRanges is what a worker's host shows: a connection in the first range, and both in the ephemeral one.
func workerRanges() *report.Report {
	client := report.Holder{
		Kind: report.HolderProcess, Name: "curl", PID: 4711, User: "anna", Command: "curl https://example.org/model.tar", Protocol: "tcp",
		Address: "192.0.2.10", Port: 40038, State: "connected", Remote: "198.51.100.7:443", Source: "sock_diag",
	}
	return ports(report.Blocked,
		[]report.Port{argument("40000-40063", "40000-40063", "tcp", report.PortBusy, client)},
		find(report.PortInUse, report.Error, "40000-40063", "40000-40063/tcp: not fully available. 1 in use, 40038 by curl (PID 4711, user anna)",
			report.Remedy{Text: "Use port 20000-20063 (free)", Command: "safeport check 20000-20063"}),
		find(report.Ephemeral, report.Warning, "40000-40063", "40000-40063/tcp: in the ephemeral port range (32768-60999). An outgoing connection may use it first",
			report.Remedy{Text: "Reserve these ports, now and after a reboot", Command: "echo net.ipv4.ip_local_reserved_ports=40000-40063 | sudo tee /etc/sysctl.d/60-safeport.conf && sudo sysctl -w net.ipv4.ip_local_reserved_ports=40000-40063"}),
	)
}
