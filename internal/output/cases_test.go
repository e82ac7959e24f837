package output

import (
	"fmt"

	"github.com/safeport/safeport/report"
)

func clearReport() *report.Report {
	return ports(report.Clear, []report.Port{
		argument("8080", "8080", "tcp", report.PortFree),
		argument("53/udp", "53", "udp", report.PortFree),
		{Name: "[::1]:9000", Protocol: "tcp", Address: "::1", Ports: "9000", Mode: "bind", Origin: report.Origin{Kind: "argument"}, Verdict: report.PortFree},
	})
}

func containerInTheWay() *report.Report {
	port := webPort(report.PortBusy, shop("0.0.0.0", 8080), shop("::", 8080))
	port.Ports, port.Origin = "8080", report.Origin{Kind: "env", Where: "GPUSTACK_PORT"}
	return gpustack(report.Blocked, report.Upgrade, []report.Port{port},
		find(report.PortInUse, report.Error, "web", "port 8080/tcp is taken by container shop-web-1 (nginx:1.27)",
			report.Remedy{Text: "use another port: 8081 is free", Command: "safeport check gpustack --port 8081"},
			report.Remedy{Text: "stop the container that has it", Command: "docker stop shop-web-1"}))
}

func latent() *report.Report {
	return gpustack(report.Warned, report.Fresh, []report.Port{webPort(report.PortFree)},
		find(report.Latent, report.Warning, "web", "container old-web is stopped (exited) and takes port 80/tcp when it starts; its restart policy is always",
			report.Remedy{Text: "keep it from coming back by itself", Command: "docker update --restart=no old-web"}),
		find(report.SettingOdd, report.Info, "web", "port 0120 in config.yaml is read as 80"))
}

func nameTaken() *report.Report {
	return gpustack(report.Blocked, report.Fresh, []report.Port{webPort(report.PortFree)},
		find(report.NameTaken, report.Error, "", "the name gpustack is in use by a container that is not gpustack (busybox, running)",
			report.Remedy{Text: "install under another name", Command: "safeport check gpustack --name gpustack-2"}))
}

func undetermined() *report.Report {
	return gpustack(report.Unknown, report.Fresh, []report.Port{webPort(report.PortUnknown)},
		find(report.Undetermined, report.Error, "web", "whether port 80/tcp is free could not be told: this user may not try it, and the socket tables cannot be read",
			report.Remedy{Text: "ask with the rights to see everything", Command: "sudo safeport check gpustack"}))
}

func redirected() *report.Report {
	rule := report.Holder{Kind: report.HolderRule, Name: "ip nat PREROUTING handle 5", Command: "dnat to 10.0.0.5:80",
		Protocol: "tcp", Address: "192.0.2.1", Port: 80, State: "redirecting", Source: "nftables"}
	return gpustack(report.Blocked, report.Fresh, []report.Port{webPort(report.PortRedirected, rule)},
		find(report.Redirected, report.Error, "web", "port 80/tcp could be bound, but its packets are taken away by rule ip nat PREROUTING handle 5 (dnat to 10.0.0.5:80)",
			report.Remedy{Text: "see the rule and the others of its chain", Command: "sudo nft -a list chain ip nat PREROUTING"}))
}

func wantedTwice() *report.Report {
	return ports(report.Blocked, []report.Port{argument("80", "80", "tcp", report.PortUnknown), argument("80", "80", "tcp", report.PortUnknown)},
		find(report.DuplicatePort, report.Error, "80", "port 80/tcp is wanted twice: as 80 and as 80", report.Remedy{Text: "change one of the two"}))
}

func ignored() *report.Report {
	r := nginxOn80()
	r.Verdict = report.Warned
	r.Findings[0].Severity, r.Findings[0].Ignored = report.Warning, true
	return r
}

func severalFail() *report.Report {
	r := nginxOn80()
	r.Instance = "gpu-lab"
	r.Ports[1].Verdict = report.PortBusy
	r.Ports[1].Holders = []report.Holder{
		{Kind: report.HolderUnseen, User: "33", Protocol: "tcp", Address: "0.0.0.0", Port: 443, State: "listening", Source: "proc_net"},
		{Kind: report.HolderKernel, Name: "kernel", Protocol: "tcp", Address: "192.0.2.1", Port: 443, State: "time-wait", Remote: "192.0.2.2:41000", FreeIn: 41.6, Source: "sock_diag"},
	}
	r.Findings = append(r.Findings,
		find(report.PortInUse, report.Error, "web-tls", "port 443/tcp is taken by a process of user 33 that cannot be seen from here"),
		find(report.HolderNotSeen, report.Warning, "web-tls", "who has port 443/tcp cannot be named: its process belongs to user 33, and this user may not look into it",
			report.Remedy{Text: "see who it is, with the rights to look", Command: "sudo safeport who 443/tcp"}))
	return r
}

func manyHolders() *report.Report {
	var holders []report.Holder
	for i := range 9 {
		holders = append(holders, report.Holder{
			Kind: report.HolderProcess, Name: "worker", PID: 100 + i, User: "svc", Protocol: "udp", Address: "127.0.0.1", Port: 9000 + i, State: "bound", Source: "sock_diag",
		})
	}
	return ports(report.Blocked, []report.Port{argument("9000-9063/udp", "9000-9063", "udp", report.PortBusy, holders...)},
		find(report.PortInUse, report.Error, "9000-9063/udp", fmt.Sprintf("%d of the ports 9000-9063/udp are taken, 9000 by worker (pid 100, user svc)", len(holders))))
}

func whoReport() *report.WhoReport {
	return &report.WhoReport{
		Schema: report.WhoSchema, Host: host(),
		Ports: []report.Port{
			argument("80/tcp", "80", "tcp", report.PortBusy, nginx("0.0.0.0"), nginx("::")),
			argument("80/udp", "80", "udp", report.PortFree),
			argument("8080/tcp", "8080", "tcp", report.PortBusy, shop("127.0.0.1", 8080)),
			argument("8443/tcp", "8443", "tcp", report.PortRedirected),
		},
		Findings: []report.Finding{
			find(report.PortInUse, report.Info, "80/tcp", "port 80/tcp is taken by nginx (pid 812, user root, nginx.service)",
				report.Remedy{Text: "stop the service that has it", Command: "sudo systemctl stop nginx.service"}),
			find(report.PortInUse, report.Info, "8080/tcp", "port 8080/tcp is taken by container shop-web-1 (nginx:1.27)",
				report.Remedy{Text: "stop the container that has it", Command: "docker stop shop-web-1"}),
			find(report.Redirected, report.Warning, "8443/tcp", "port 8443/tcp could be bound, but its packets go to 10.0.0.5:443"),
		},
	}
}
