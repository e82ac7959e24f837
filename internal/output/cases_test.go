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
		find(report.PortInUse, report.Error, "web", "Port 8080/tcp is already in use by container shop-web-1 (nginx:1.27)",
			report.Remedy{Text: "Use port 8081 (free)", Command: "safeport check gpustack --port 8081"},
			report.Remedy{Text: "Stop the container", Command: "docker stop shop-web-1"}))
}

func latent() *report.Report {
	return gpustack(report.Warned, report.Fresh, []report.Port{webPort(report.PortFree)},
		find(report.Latent, report.Warning, "web", "Container old-web (exited, restart policy always) also uses port 80/tcp. It starts with the engine or the host",
			report.Remedy{Text: "Don't restart it automatically", Command: "docker update --restart=no old-web"}),
		find(report.SettingOdd, report.Info, "web", "config.yaml:3: port is 0120, which is read as 80"))
}

func nameTaken() *report.Report {
	return gpustack(report.Blocked, report.Fresh, []report.Port{webPort(report.PortFree)},
		find(report.NameTaken, report.Error, "", "Name gpustack is already in use by another container (busybox, running), which is not gpustack",
			report.Remedy{Text: "Use another name", Command: "safeport check gpustack --name gpustack-2"}))
}

func undetermined() *report.Report {
	return gpustack(report.Unknown, report.Fresh, []report.Port{webPort(report.PortUnknown)},
		find(report.Undetermined, report.Error, "web", "Couldn't check port 80/tcp: this user can't bind it, and the socket tables are incomplete",
			report.Remedy{Text: "Rerun with root", Command: "sudo safeport check gpustack"}))
}

// unprivileged is what a user sees who may look at little: the ports are free, as far as that goes.
func unprivileged() *report.Report {
	full := report.Remedy{Text: "Full check", Command: "sudo safeport check gpustack"}
	unseen := func(code report.Code, what, message string) report.Finding {
		f := find(code, report.Warning, "", message, full)
		f.Unchecked = what
		return f
	}
	return gpustack(report.Warned, report.Fresh, []report.Port{webPort(report.PortFree)},
		unseen(report.EngineUnreachable, "containers", "Can't use the container engine at unix:///var/run/docker.sock: permission denied"),
		unseen(report.SourceFailed, "containers", "No access to the container engine at unix:///var/run/docker.sock (permission denied). Stopped containers weren't checked"),
		unseen(report.SourceFailed, "firewall and NAT rules", "Firewall and NAT rules weren't checked: operation not permitted"))
}

func redirected() *report.Report {
	rule := report.Holder{Kind: report.HolderRule, Name: "ip nat PREROUTING handle 5", Command: "dnat to 10.0.0.5:80",
		Protocol: "tcp", Address: "192.0.2.1", Port: 80, State: "redirecting", Source: "nftables"}
	return gpustack(report.Blocked, report.Fresh, []report.Port{webPort(report.PortRedirected, rule)},
		find(report.Redirected, report.Error, "web", "Port 80/tcp is free, but its traffic is redirected by rule ip nat PREROUTING handle 5 (dnat to 10.0.0.5:80)",
			report.Remedy{Text: "Show the rule", Command: "sudo nft -a list chain ip nat PREROUTING"}))
}

func wantedTwice() *report.Report {
	return ports(report.Blocked, []report.Port{argument("80", "80", "tcp", report.PortUnknown), argument("80", "80", "tcp", report.PortUnknown)},
		find(report.DuplicatePort, report.Error, "80", "Port 80/tcp is given twice", report.Remedy{Text: "Change one of the two"}))
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
		find(report.PortInUse, report.Error, "web-tls", "Port 443/tcp is already in use by a process of user 33 that isn't visible from here"),
		find(report.HolderNotSeen, report.Warning, "web-tls", "Can't identify the process on port 443/tcp: it runs as user 33",
			report.Remedy{Text: "Identify the process", Command: "sudo safeport who 443/tcp"}))
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
		find(report.PortInUse, report.Error, "9000-9063/udp", fmt.Sprintf("9000-9063/udp: not fully available. %d in use, 9000 by worker (PID 100, user svc)", len(holders))))
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
			find(report.PortInUse, report.Info, "80/tcp", "Port 80/tcp is already in use by nginx (PID 812, user root, nginx.service)",
				report.Remedy{Text: "Stop the service", Command: "sudo systemctl stop nginx.service"}),
			find(report.PortInUse, report.Info, "8080/tcp", "Port 8080/tcp is already in use by container shop-web-1 (nginx:1.27)",
				report.Remedy{Text: "Stop the container", Command: "docker stop shop-web-1"}),
			find(report.Redirected, report.Warning, "8443/tcp", "Port 8443/tcp is free, but its traffic goes to 10.0.0.5:443"),
		},
	}
}
