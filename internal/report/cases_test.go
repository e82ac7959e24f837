package report

import (
	"fmt"

	"github.com/safeport/safeport"
)

func clearReport() *safeport.Report {
	return ports(safeport.Clear, []safeport.Port{
		argument("8080", "8080", "tcp", safeport.PortFree),
		argument("53/udp", "53", "udp", safeport.PortFree),
		{Name: "[::1]:9000", Protocol: "tcp", Address: "::1", Ports: "9000", Mode: "bind", Origin: safeport.Origin{Kind: "argument"}, Verdict: safeport.PortFree},
	})
}

func containerInTheWay() *safeport.Report {
	port := webPort(safeport.PortBusy, shop("0.0.0.0", 8080), shop("::", 8080))
	port.Ports, port.Origin = "8080", safeport.Origin{Kind: "env", Where: "GPUSTACK_PORT"}
	return gpustack(safeport.Blocked, safeport.Upgrade, []safeport.Port{port},
		find(safeport.PortInUse, safeport.Error, "web", "port 8080/tcp is taken by container shop-web-1 (nginx:1.27)",
			safeport.Remedy{Text: "use another port: 8081 is free", Command: "safeport check gpustack --port 8081"},
			safeport.Remedy{Text: "stop the container that has it", Command: "docker stop shop-web-1"}))
}

func latent() *safeport.Report {
	return gpustack(safeport.Warned, safeport.Fresh, []safeport.Port{webPort(safeport.PortFree)},
		find(safeport.Latent, safeport.Warning, "web", "container old-web is stopped (exited) and takes port 80/tcp when it starts; its restart policy is always",
			safeport.Remedy{Text: "keep it from coming back by itself", Command: "docker update --restart=no old-web"}),
		find(safeport.SettingOdd, safeport.Info, "web", "port 0120 in config.yaml is read as 80"))
}

func nameTaken() *safeport.Report {
	return gpustack(safeport.Blocked, safeport.Fresh, []safeport.Port{webPort(safeport.PortFree)},
		find(safeport.NameTaken, safeport.Error, "", "the name gpustack is in use by a container that is not gpustack (busybox, running)",
			safeport.Remedy{Text: "install under another name", Command: "safeport check gpustack --name gpustack-2"}))
}

func undetermined() *safeport.Report {
	return gpustack(safeport.Unknown, safeport.Fresh, []safeport.Port{webPort(safeport.PortUnknown)},
		find(safeport.Undetermined, safeport.Error, "web", "whether port 80/tcp is free could not be told: this user may not try it, and the socket tables cannot be read",
			safeport.Remedy{Text: "ask with the rights to see everything", Command: "sudo safeport check gpustack"}))
}

func redirected() *safeport.Report {
	rule := safeport.Holder{Kind: safeport.HolderRule, Name: "ip nat PREROUTING handle 5", Command: "dnat to 10.0.0.5:80",
		Protocol: "tcp", Address: "192.0.2.1", Port: 80, State: "redirecting", Source: "nftables"}
	return gpustack(safeport.Blocked, safeport.Fresh, []safeport.Port{webPort(safeport.PortRedirected, rule)},
		find(safeport.Redirected, safeport.Error, "web", "port 80/tcp could be bound, but its packets are taken away by rule ip nat PREROUTING handle 5 (dnat to 10.0.0.5:80)",
			safeport.Remedy{Text: "see the rule and the others of its chain", Command: "sudo nft -a list chain ip nat PREROUTING"}))
}

func wantedTwice() *safeport.Report {
	return ports(safeport.Blocked, []safeport.Port{argument("80", "80", "tcp", safeport.PortUnknown), argument("80", "80", "tcp", safeport.PortUnknown)},
		find(safeport.DuplicatePort, safeport.Error, "80", "port 80/tcp is wanted twice: as 80 and as 80", safeport.Remedy{Text: "change one of the two"}))
}

func ignored() *safeport.Report {
	r := nginxOn80()
	r.Verdict = safeport.Warned
	r.Findings[0].Severity, r.Findings[0].Ignored = safeport.Warning, true
	return r
}

func severalFail() *safeport.Report {
	r := nginxOn80()
	r.Instance = "gpu-lab"
	r.Ports[1].Verdict = safeport.PortBusy
	r.Ports[1].Holders = []safeport.Holder{
		{Kind: safeport.HolderUnseen, User: "33", Protocol: "tcp", Address: "0.0.0.0", Port: 443, State: "listening", Source: "proc_net"},
		{Kind: safeport.HolderKernel, Name: "kernel", Protocol: "tcp", Address: "192.0.2.1", Port: 443, State: "time-wait", Remote: "192.0.2.2:41000", FreeIn: 41.6, Source: "sock_diag"},
	}
	r.Findings = append(r.Findings,
		find(safeport.PortInUse, safeport.Error, "web-tls", "port 443/tcp is taken by a process of user 33 that cannot be seen from here"),
		find(safeport.HolderNotSeen, safeport.Warning, "web-tls", "who has port 443/tcp cannot be named: its process belongs to user 33, and this user may not look into it",
			safeport.Remedy{Text: "see who it is, with the rights to look", Command: "sudo safeport who 443/tcp"}))
	return r
}

func manyHolders() *safeport.Report {
	var holders []safeport.Holder
	for i := range 9 {
		holders = append(holders, safeport.Holder{
			Kind: safeport.HolderProcess, Name: "worker", PID: 100 + i, User: "svc", Protocol: "udp", Address: "127.0.0.1", Port: 9000 + i, State: "bound", Source: "sock_diag",
		})
	}
	return ports(safeport.Blocked, []safeport.Port{argument("9000-9063/udp", "9000-9063", "udp", safeport.PortBusy, holders...)},
		find(safeport.PortInUse, safeport.Error, "9000-9063/udp", fmt.Sprintf("%d of the ports 9000-9063/udp are taken, 9000 by worker (pid 100, user svc)", len(holders))))
}

func whoReport() *safeport.WhoReport {
	return &safeport.WhoReport{
		Schema: safeport.WhoSchema, Host: host(),
		Ports: []safeport.Port{
			argument("80/tcp", "80", "tcp", safeport.PortBusy, nginx("0.0.0.0"), nginx("::")),
			argument("80/udp", "80", "udp", safeport.PortFree),
			argument("8080/tcp", "8080", "tcp", safeport.PortBusy, shop("127.0.0.1", 8080)),
			argument("8443/tcp", "8443", "tcp", safeport.PortRedirected),
		},
		Findings: []safeport.Finding{
			find(safeport.PortInUse, safeport.Info, "80/tcp", "port 80/tcp is taken by nginx (pid 812, user root, nginx.service)",
				safeport.Remedy{Text: "stop the service that has it", Command: "sudo systemctl stop nginx.service"}),
			find(safeport.PortInUse, safeport.Info, "8080/tcp", "port 8080/tcp is taken by container shop-web-1 (nginx:1.27)",
				safeport.Remedy{Text: "stop the container that has it", Command: "docker stop shop-web-1"}),
			find(safeport.Redirected, safeport.Warning, "8443/tcp", "port 8443/tcp could be bound, but its packets go to 10.0.0.5:443"),
		},
	}
}
