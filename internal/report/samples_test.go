package report

import (
	"time"

	"github.com/safeport/safeport"
)

// The reports below are made by hand in the words of the library, so that goldens do not depend on what the machine that
// runs the tests happens to hold.

func at(hour, minute int) *time.Time {
	t := time.Date(2026, 11, 20, hour, minute, 0, 0, time.Local)
	return &t
}

func webPort(v safeport.PortVerdict, holders ...safeport.Holder) safeport.Port {
	return safeport.Port{
		Name: "web", About: "web UI and API", Protocol: "tcp", Ports: "80", Mode: "publish",
		Origin: safeport.Origin{Kind: "default"}, Verdict: v, Holders: holders,
	}
}

func argument(name, ports, protocol string, v safeport.PortVerdict, holders ...safeport.Holder) safeport.Port {
	return safeport.Port{
		Name: name, Protocol: protocol, Ports: ports, Mode: "bind",
		Origin: safeport.Origin{Kind: "argument", Where: name}, Verdict: v, Holders: holders,
	}
}

func nginx(address string) safeport.Holder {
	return safeport.Holder{
		Kind: safeport.HolderProcess, Name: "nginx", PID: 812, User: "root", Command: "nginx: master process /usr/sbin/nginx",
		Started: at(9, 14), Unit: "nginx.service", Protocol: "tcp", Address: address, Port: 80, State: "listening", Source: "sock_diag",
	}
}

func shop(address string, port int) safeport.Holder {
	return safeport.Holder{
		Kind: safeport.HolderContainer, Name: "shop-web-1", Protocol: "tcp", Address: address, Port: port, State: "published", Source: "docker",
		Container: &safeport.Container{
			ID: "4f1c0ffee000", Name: "shop-web-1", Image: "nginx:1.27", Project: "shop", Directory: "/srv/shop", State: "running", Restart: "always",
		},
	}
}

func own(address string) safeport.Holder {
	return safeport.Holder{
		Kind: safeport.HolderContainer, Name: "gpustack", Protocol: "tcp", Address: address, Port: 80, State: "published", Source: "docker", Own: true,
		Container: &safeport.Container{ID: "9a5", Name: "gpustack", Image: "gpustack/gpustack:v2.2.3", State: "running"},
	}
}

func host() safeport.Host {
	return safeport.Host{
		Name: "gpu-01", Kernel: "6.1.0-28-amd64",
		Engine: &safeport.Engine{Name: "docker", Version: "28.2.2", Endpoint: "unix:///var/run/docker.sock"},
	}
}

func gpustack(v safeport.Verdict, s safeport.Situation, ports []safeport.Port, findings ...safeport.Finding) *safeport.Report {
	return &safeport.Report{
		Schema: safeport.Schema, Host: host(), Service: "gpustack", Instance: "gpustack", Situation: s, Verdict: v,
		Ports: ports, Findings: findings,
		Sources: []safeport.Source{
			{Name: "sock_diag", Status: "ok", Took: "0.3ms"},
			{Name: "docker", Status: "partial", Took: "12.1ms", Detail: "not shown: containers of other engines"},
			{Name: "nftables", Status: "failed", Took: "0.0ms", Detail: "operation not permitted"},
		},
	}
}

func ports(v safeport.Verdict, ports []safeport.Port, findings ...safeport.Finding) *safeport.Report {
	r := gpustack(v, safeport.None, ports, findings...)
	r.Service, r.Instance = "", ""
	return r
}

func find(code safeport.Code, s safeport.Severity, port, message string, remedies ...safeport.Remedy) safeport.Finding {
	return safeport.Finding{Code: code, Severity: s, Port: port, Message: message, Remedies: remedies}
}

func nginxOn80() *safeport.Report {
	return gpustack(safeport.Blocked, safeport.Fresh,
		[]safeport.Port{
			webPort(safeport.PortBusy, nginx("0.0.0.0"), nginx("::")),
			{Name: "web-tls", About: "web UI and API over TLS", Protocol: "tcp", Ports: "443", Mode: "publish", Origin: safeport.Origin{Kind: "file", Where: "config.yaml:3"}, Verdict: safeport.PortFree},
		},
		find(safeport.PortInUse, safeport.Error, "web", "port 80/tcp is taken by nginx (pid 812, user root, nginx.service)",
			safeport.Remedy{Text: "use another port: 8080 is free", Command: "safeport check gpustack --port 8080"},
			safeport.Remedy{Text: "stop the service that has it", Command: "sudo systemctl stop nginx.service"},
		),
	)
}

// workerRanges is what a worker's host shows: a connection in the first range, and both in the ephemeral one.
func workerRanges() *safeport.Report {
	client := safeport.Holder{
		Kind: safeport.HolderProcess, Name: "curl", PID: 4711, User: "anna", Command: "curl https://example.org/model.tar", Protocol: "tcp",
		Address: "192.0.2.10", Port: 40038, State: "connected", Remote: "198.51.100.7:443", Source: "sock_diag",
	}
	return ports(safeport.Blocked,
		[]safeport.Port{argument("40000-40063", "40000-40063", "tcp", safeport.PortBusy, client)},
		find(safeport.PortInUse, safeport.Error, "40000-40063", "1 of the ports 40000-40063/tcp are taken, 40038 by curl (pid 4711, user anna)",
			safeport.Remedy{Text: "use another port: 20000-20063 is free", Command: "safeport check 20000-20063"}),
		find(safeport.Ephemeral, safeport.Warning, "40000-40063", "outgoing connections may take port 40000-40063/tcp at any time: it lies in net.ipv4.ip_local_port_range (32768-60999)",
			safeport.Remedy{Text: "keep outgoing connections off these ports, now and after a reboot", Command: "echo net.ipv4.ip_local_reserved_ports=40000-40063 | sudo tee /etc/sysctl.d/60-safeport.conf && sudo sysctl -w net.ipv4.ip_local_reserved_ports=40000-40063"}),
	)
}
