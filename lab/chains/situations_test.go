package chains

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/safeport/safeport/lab"
)

const permit = "auth required pam_permit.so\naccount required pam_permit.so\nsession required pam_permit.so\n"

// prepare gives the booted host what its programs need: homes, directories and the ways in.
func prepare(t *testing.T, h *lab.Host, m *lab.Systemd) {
	g := &stage{T: t, host: h, machine: m, engine: "none"}
	for _, service := range []string{"cron", "crond", "atd", "su", "su-l", "login", "runuser", "runuser-l"} {
		g.write("/etc/pam.d/"+service, permit, 0o644)
	}
	g.sh(`grep -q ^daemon: /etc/passwd || echo daemon:x:1:1::/:/usr/sbin/nologin >>/etc/passwd; grep -q ^daemon: /etc/group || echo daemon:x:1: >>/etc/group
mkdir -p /home/somebody /root /var/spool/cron/crontabs /var/spool/cron/atjobs /var/spool/cron/atspool /etc/cron.d /run/screen /run/sshd /var/log/supervisor /srv/shop
[ -e /var/run ] || ln -s /run /var/run
touch /var/spool/cron/atjobs/.SEQ; chown -R daemon:daemon /var/spool/cron/atjobs /var/spool/cron/atspool; chmod 1770 /var/spool/cron/atjobs /var/spool/cron/atspool
chown somebody /home/somebody; chmod 1777 /tmp; chmod 777 /run/screen; chmod 755 /root
true`)
	os.MkdirAll(h.Path("work"), 0o755)
	h.StartSSH(t, m)
	h.Standin(t, lab.Process{Name: "bystander", Args: []string{"serve", "tcp::7999"}})
}

func situations() []situation {
	var all []situation
	for _, some := range [][]situation{units(), schedulers(), terminals(), logins(), supervisors(), loose()} {
		all = append(all, some...)
	}
	return all
}

// unit gives the host a unit and starts it.
func unit(files map[string]string, start ...string) func(*stage) {
	return func(g *stage) {
		texts := map[string]string{}
		for name, text := range files {
			texts[g.expand(name)] = g.expand(text)
		}
		g.machine.Units(g, texts)
		for _, line := range start {
			g.sh(line)
		}
	}
}

const notifies = "[Service]\nType=notify\nExecStart={web}\n[Install]\nWantedBy=multi-user.target\n"

func units() []situation {
	return []situation{
		{name: "systemd: service", given: unit(map[string]string{"web.service": notifies}, "systemctl start web.service"),
			chain: []string{"init systemd", "unit web.service", "process web"}, stop: "systemctl stop web.service"},
		{name: "systemd: service that starts with the host", given: unit(map[string]string{"web.service": notifies}, "systemctl enable --now web.service"),
			chain: []string{"init systemd", "unit web.service", "process web"}, stop: "systemctl disable --now web.service"},
		{name: "systemd: instance of a template", given: unit(map[string]string{"door@.service": notifies}, "systemctl start door@{P}.service"),
			chain: []string{"init systemd", "unit door@{P}.service", "process web"}, stop: "systemctl stop door@{P}.service"},
		{name: "systemd: service that a script starts", holder: "web",
			given: func(g *stage) {
				g.write("{dir}/start.sh", "#!/bin/sh\n{web}\n:\n", 0o755)
				unit(map[string]string{"shop.service": "[Service]\nExecStart={dir}/start.sh\n"}, "systemctl start shop.service")(g)
			},
			chain: []string{"init systemd", "unit shop.service", "process start.sh", "process web"}, stop: "systemctl stop shop.service"},
		{name: "systemd: service that comes back", given: unit(map[string]string{"web.service": "[Service]\nRestart=always\nRestartSec=0\nExecStart={web}\n"}, "systemctl start web.service"),
			chain: []string{"unit web.service", "process web"}, stop: "systemctl stop web.service"},
		{name: "systemd: service that refuses to be stopped by hand", given: unit(map[string]string{"web.service": "[Unit]\nRefuseManualStop=yes\n" + notifies},
			"systemctl enable --now web.service"),
			chain: []string{"unit web.service", "process web"}, stop: "RefuseManualStop=no"},
		{name: "systemd: socket unit that refuses to be stopped by hand, and its service", given: func(g *stage) {
			g.machine.Units(g, map[string]string{
				"web.socket":  g.expand("[Unit]\nRefuseManualStop=yes\n[Socket]\nListenStream={P}\n"),
				"web.service": "[Unit]\nRefuseManualStop=yes\nRefuseManualStart=yes\n[Service]\nExecStart=" + g.Path("bin/web") + " activated\n"})
			g.sh("systemctl start web.socket")
		}, chain: []string{"unit web.service", "process web"}, stop: "RefuseManualStop=no"},
		{name: "systemd: service that was masked and still runs", given: func(g *stage) {
			g.write("/run/systemd/system/masked-{P}.service", "[Service]\nExecStart={web}\n", 0o644)
			g.Cleanup(func() {
				g.sh("systemctl unmask masked-{P}.service; rm -f /run/systemd/system/masked-{P}.service; systemctl daemon-reload")
			})
			g.sh("systemctl daemon-reload; systemctl start masked-{P}.service; systemctl mask masked-{P}.service")
		}, chain: []string{"unit masked-{P}.service", "process web"}, stop: "systemctl stop masked-{P}.service"},
		{name: "systemd: a user's own service that refuses to be stopped by hand", given: func(g *stage) {
			g.machine.Linger(g)
			g.machine.UserUnits(g, map[string]string{"web.service": g.expand("[Unit]\nRefuseManualStop=yes\n" + notifies)})
			if err := g.machine.UserSystemctl("daemon-reload"); err != nil {
				g.Fatal(err)
			}
			if err := g.machine.UserSystemctl("start", "web.service"); err != nil {
				g.Fatal(err)
			}
		}, chain: []string{"manager systemd --user", "unit web.service", "process web"}, stop: "RefuseManualStop=no"},
		{name: "systemd: service that a timer starts", given: unit(map[string]string{"web.service": "[Service]\nExecStart={web}\n",
			"web.timer": "[Timer]\nOnActiveSec=0\nAccuracySec=1ms\nOnUnitInactiveSec=1\n[Install]\nWantedBy=timers.target\n"}, "systemctl start web.timer"),
			chain: []string{"unit web.timer", "unit web.service", "process web"}, stop: "web.timer"},
		{name: "systemd: socket unit whose service runs", given: func(g *stage) {
			g.machine.Units(g, map[string]string{
				"web.socket": g.expand("[Socket]\nListenStream={P}\n[Install]\nWantedBy=sockets.target\n"), "web.service": "[Service]\nExecStart=" + g.Path("bin/web") + " activated\n"})
			g.sh("systemctl enable --now web.socket")
		}, chain: []string{"init systemd", "unit web.service", "process web"}, stop: "systemctl disable --now web.socket"},
		{name: "systemd-run: transient service", given: func(g *stage) {
			g.sh("systemd-run --unit=once-{P} {web}")
			g.Cleanup(func() { g.machine.Systemctl("stop", fmt.Sprintf("once-%d", g.port)) })
		}, chain: []string{"init systemd", "unit once-{P}.service", "process web"}, stop: "systemctl stop once-{P}.service"},
		{name: "systemd-run: scope", given: func(g *stage) { g.background(lab.Root, "systemd-run --scope --unit=run-web-{P} {web}") },
			chain: []string{"unit run-web-{P}.scope", "process web"}, stop: "systemctl stop run-web-{P}.scope"},
		{name: "systemd: a user's own service", given: func(g *stage) {
			g.machine.Linger(g)
			g.machine.UserUnits(g, map[string]string{"web.service": g.expand(notifies)})
			if err := g.machine.UserSystemctl("daemon-reload"); err != nil {
				g.Fatal(err)
			}
			if err := g.machine.UserSystemctl("start", "web.service"); err != nil {
				g.Fatal(err)
			}
		}, chain: []string{"init systemd", "manager systemd --user", "unit web.service", "process web"}, stop: "systemctl --user stop web.service"},
		{name: "systemd: snap's unit", given: unit(map[string]string{"snap.shop.web.service": "[Service]\nExecStart={web}\n"}, "systemctl start snap.shop.web.service",
			`printf '#!/bin/sh\n[ "$1 $2" = "stop --disable" ] && systemctl stop "snap.$3.service"\n' >{bin}/snap; chmod +x {bin}/snap`),
			chain: []string{"app snap (shop.web)", "process web"}, stop: "snap stop --disable shop.web"},
	}
}

func schedulers() []situation {
	cron := func(g *stage) {
		g.Cleanup(func() {
			g.sh("systemctl stop cron; pkill -x web || :; rm -f /run/crond.pid /run/crond.reboot /var/run/crond.reboot")
		})
		g.sh("rm -f /run/crond.reboot /var/run/crond.reboot; systemctl start cron")
	}
	return []situation{
		{name: "cron: line of /etc/cron.d", given: func(g *stage) { g.write("/etc/cron.d/web", "@reboot root {web}\n", 0o644); cron(g) },
			chain: []string{"init systemd", "unit cron.service", "scheduler cron (root)", "process web"}, typed: true},
		{name: "cron: script of /etc/cron.d", given: func(g *stage) {
			g.write("{dir}/backup.sh", "#!/bin/sh\n{web}\n:\n", 0o755)
			g.write("/etc/cron.d/backup", "@reboot root {dir}/backup.sh\n", 0o644)
			cron(g)
		}, chain: []string{"unit cron.service", "scheduler cron (root)", "process backup.sh", "process web"}, typed: true},
		{name: "cron: a user's crontab", given: func(g *stage) {
			g.write("/var/spool/cron/crontabs/somebody", "@reboot {web}\n", 0o600)
			g.sh("chown somebody /var/spool/cron/crontabs/somebody")
			cron(g)
		}, chain: []string{"unit cron.service", "scheduler cron (somebody)", "process web"}, typed: true},
		{name: "at: job", given: func(g *stage) {
			g.sh("systemctl start atd")
			g.Cleanup(func() { g.sh("systemctl stop atd; pkill -x web || :") })
			g.sh("echo '{web}' | at now")
		}, chain: []string{"unit atd.service", "scheduler at (1)", "process web"}, typed: true},
	}
}

func terminals() []situation {
	somebody := func(line string) func(*stage) {
		return func(g *stage) {
			g.as(lab.Somebody, line)
			g.Cleanup(func() {
				g.try(lab.Somebody, "tmux kill-server; screen -ls | awk '/Detached/{print $1}' | while read s; do screen -S $s -X quit; done")
			})
		}
	}
	root := func(line string) func(*stage) {
		return func(g *stage) {
			g.sh(line)
			g.Cleanup(func() {
				g.try(lab.Root, "tmux kill-server; screen -ls | awk '/Detached/{print $1}' | while read s; do screen -S $s -X quit; done")
			})
		}
	}
	return []situation{
		{name: "tmux: root's", given: root("tmux new-session -d '{web}'"), chain: []string{"terminal tmux (%0)", "process web"}, stop: "tmux -S"},
		{name: "tmux: a user's", given: somebody("tmux new-session -d '{web}'"), chain: []string{"terminal tmux (%0)", "process web"}, stop: "sudo -u somebody tmux -S"},
		{name: "tmux: typed into a shell", given: func(g *stage) {
			somebody("tmux -L typed new-session -d sh")(g)
			g.Cleanup(func() { g.try(lab.Somebody, "tmux -L typed kill-server") })
			g.as(lab.Somebody, "tmux -L typed send-keys '{web}' Enter")
		}, chain: []string{"terminal tmux (%0)", "shell sh", "process web"}, stop: "send-keys -t %0 C-c"},
		{name: "tmux: in the background of a shell", given: func(g *stage) {
			somebody("tmux -L back new-session -d sh")(g)
			g.Cleanup(func() { g.try(lab.Somebody, "tmux -L back kill-server") })
			g.as(lab.Somebody, "tmux -L back send-keys '{web} &' Enter")
		}, chain: []string{"terminal tmux (%0)", "shell sh", "process web"}, typed: true},
		{name: "tmux: second window, socket of another name", given: func(g *stage) {
			g.as(lab.Somebody, "tmux -L other new-session -d sh; tmux -L other new-window '{web}'")
			g.Cleanup(func() { g.try(lab.Somebody, "tmux -L other kill-server") })
		}, chain: []string{"terminal tmux (%1)", "process web"}, stop: "send-keys -t %1 C-c"},
		{name: "screen: a user's", given: somebody("screen -dmS shop {web}"), chain: []string{"terminal screen (0)", "process web"}, stop: "-X stuff '^C'"},
		{name: "screen: typed into a shell", given: func(g *stage) {
			somebody("screen -dmS shop sh")(g)
			time.Sleep(time.Second)
			g.as(lab.Somebody, `screen -S shop -p 0 -X stuff '{web}
'`)
		}, chain: []string{"terminal screen (0)", "shell sh", "process web"}, stop: "sudo -u somebody screen"},
	}
}

// ssh logs in from the peer and runs a line there; on a terminal where that is asked for.
func (g *stage) ssh(onTerminal bool, line string) *exec.Cmd {
	words := []string{"ssh", "-F", "none", "-i", g.Path("key"), "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR", "-o", "BatchMode=yes"}
	if onTerminal {
		words = append(words, "-tt")
	}
	words = append(words, "root@"+lab.Addr4.String())
	if line != "" {
		words = append(words, g.expand(line))
	}
	cmd := g.host.Command(g.Context(), lab.Root, []string{"PATH=" + os.Getenv("PATH"), "TERM=xterm"}, append([]string{"nsenter", "--net=/run/netns/" + g.host.Peer.Name}, words...)...)
	return cmd
}

func logins() []situation {
	login := "login ssh root " + lab.PeerAddr4.String()
	on := func(line string) func(*stage) { return func(g *stage) { g.terminal(g.ssh(true, line)) } }
	typed := func(line string) func(*stage) {
		return func(g *stage) {
			tty := g.terminal(g.ssh(true, ""))
			time.Sleep(time.Second)
			tty.WriteString(g.expand(line) + "\n")
		}
	}
	return []situation{
		{name: "ssh: command on a terminal", given: on("{web}"), chain: []string{"init systemd", "unit ssh.service", login, "process web"}, typed: true},
		{name: "ssh: typed into the login shell", given: typed("{web}"), chain: []string{"unit ssh.service", login, "shell sh", "process web"}, typed: true},
		{name: "ssh: in the background of the login shell", given: typed("{web} &"), chain: []string{"unit ssh.service", login, "shell sh", "process web"}, typed: true},
		{name: "ssh: nohup in the background", given: typed("nohup {web} >/dev/null 2>&1 &"), chain: []string{login, "process web"}, typed: true},
		{name: "ssh: command without a terminal", given: func(g *stage) {
			cmd := g.ssh(false, "{web}")
			if err := cmd.Start(); err != nil {
				g.Fatal(err)
			}
			g.Cleanup(func() { cmd.Cancel(); cmd.Wait() })
		}, chain: []string{login, "process web"}, typed: true},
		{name: "ssh: left running by a login that is over", given: func(g *stage) {
			if out, err := g.ssh(false, "nohup setsid {web} >/dev/null 2>&1 </dev/null &").CombinedOutput(); err != nil {
				g.Fatalf("%v: %s", err, out)
			}
			g.Cleanup(func() { g.try(lab.Root, "pkill -x web") })
		}, chain: []string{"init systemd", "unit ssh.service", "process web"}, typed: true},
		{name: "ssh: the server itself", holder: "sshd", given: func(g *stage) { g.port = 22 }, chain: []string{"init systemd", "unit ssh.service"}, kept: true},
	}
}

func supervisors() []situation {
	daemon := func(name, line string, files map[string]string) func(*stage) {
		return func(g *stage) {
			for path, text := range files {
				mode := os.FileMode(0o755)
				if strings.HasSuffix(path, ".conf") || strings.Contains(path, "monit") {
					mode = 0o600
				}
				g.write(path, text, mode)
			}
			g.machine.Units(g, map[string]string{name + ".service": "[Service]\nExecStart=" + g.expand(line) + "\nEnvironment=PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin HOME=/root\n"})
			g.Cleanup(func() {
				g.machine.Systemctl("stop", name+".service")
				g.try(lab.Root, "pkill -x web; rm -rf /run/monit.* "+g.Path("work")+"/*")
			})
			g.sh("systemctl start " + name + ".service")
		}
	}
	const ctl = "[unix_http_server]\nfile=/run/supervisor.sock\n[supervisord]\nlogfile=/dev/null\nlogfile_maxbytes=0\npidfile=/run/supervisord.pid\n" +
		"[rpcinterface:supervisor]\nsupervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface\n[supervisorctl]\nserverurl=unix:///run/supervisor.sock\n"
	const shop = "[program:shop]\ncommand={web}\nautorestart=true\n"
	return []situation{
		{name: "supervisord: program", given: daemon("supervisor", "/usr/bin/supervisord -n -c /etc/supervisor/supervisord.conf", map[string]string{"/etc/supervisor/supervisord.conf": ctl + shop}),
			chain: []string{"init systemd", "unit supervisor.service", "supervisor supervisord (shop)", "process web"}, stop: "supervisorctl -c /etc/supervisor/supervisord.conf stop shop"},
		{name: "supervisord: program of a group, as a user", given: daemon("supervisor", "/usr/bin/supervisord -n -c /etc/supervisor/supervisord.conf",
			map[string]string{"/etc/supervisor/supervisord.conf": ctl + "[group:front]\nprograms=shop\n[program:shop]\ncommand={web}\nautorestart=true\nuser=somebody\n"}),
			chain: []string{"unit supervisor.service", "supervisor supervisord (front:shop)", "process web"}, stop: "stop front:shop"},
		{name: "supervisord: one of several processes", given: daemon("supervisor", "/usr/bin/supervisord -n -c /etc/supervisor/supervisord.conf",
			map[string]string{"/etc/supervisor/supervisord.conf": ctl + "[program:shop]\ncommand={web}\nprocess_name=shop_%(process_num)02d\nnumprocs=1\nautorestart=true\n"}),
			chain: []string{"supervisor supervisord (shop:shop_00)", "process web"}, stop: "stop shop:shop_00"},
		{name: "supervisord: behind a shell", given: daemon("supervisor", "/usr/bin/supervisord -n -c /etc/supervisor/supervisord.conf",
			map[string]string{"/etc/supervisor/supervisord.conf": ctl + "[program:shop]\ncommand=/bin/sh -c '{web}; :'\nautorestart=true\nstopasgroup=true\n"}),
			chain: []string{"supervisor supervisord (shop)", "wrapper sh", "process web"}, stop: "stop shop"},
		{name: "supervisord: a user's own", given: func(g *stage) {
			g.write("/home/somebody/sup.conf", strings.ReplaceAll(ctl, "/run/", "/home/somebody/")+shop, 0o644)
			g.background(lab.Somebody, "supervisord -n -c /home/somebody/sup.conf")
			g.Cleanup(func() { g.try(lab.Somebody, "supervisorctl -c /home/somebody/sup.conf shutdown") })
		}, chain: []string{"supervisor supervisord (shop)", "process web"}, stop: "sudo -u somebody supervisorctl -c /home/somebody/sup.conf stop shop"},
		{name: "pm2: application", holder: "node", given: func(g *stage) {
			g.write("{dir}/app.js", `require('http').createServer((q, s) => s.end('token')).listen({P})`, 0o644)
			g.sh("cd {dir} && PM2_HOME=/root/.pm2 pm2 start app.js --name shop >/dev/null")
			g.Cleanup(func() { g.try(lab.Root, "PM2_HOME=/root/.pm2 pm2 kill") })
		}, chain: []string{"supervisor pm2 (shop)", "process node"}, stop: "pm2 stop shop"},
		{name: "pm2: a user's program", given: func(g *stage) {
			g.as(lab.Somebody, "cd / && pm2 start {bin}/web --name shop --interpreter none -- serve tcp::{P} >/dev/null")
			g.Cleanup(func() { g.try(lab.Somebody, "pm2 kill") })
		}, chain: []string{"supervisor pm2 (shop)", "process web"}, stop: "sudo -u somebody PM2_HOME=/home/somebody/.pm2 pm2 stop shop"},
		{name: "runit: service", given: daemon("runit", "/usr/bin/runsvdir -P {dir}/service", map[string]string{"{dir}/service/shop/run": "#!/bin/sh\nexec {web}\n"}),
			chain: []string{"unit runit.service", "supervisor runit (shop)", "process web"}, stop: "sv stop {dir}/service/shop"},
		{name: "runit: service whose script stays", given: daemon("runit", "/usr/bin/runsvdir -P {dir}/service", map[string]string{"{dir}/service/shop/run": "#!/bin/sh\ntrap 'kill $!' TERM\n{web} &\nwait\n"}),
			chain: []string{"supervisor runit (shop)", "process web"}, stop: "sv stop {dir}/service/shop"},
		{name: "s6: service", given: daemon("s6", "/usr/bin/s6-svscan {dir}/service", map[string]string{"{dir}/service/shop/run": "#!/bin/sh\nexec {web}\n"}),
			chain: []string{"unit s6.service", "supervisor s6 (shop)", "process web"}, stop: "s6-svc -wD -d {dir}/service/shop"},
		{name: "daemontools: service", given: daemon("svscan", "/usr/bin/svscan {dir}/service", map[string]string{"{dir}/service/shop/run": "#!/bin/sh\nexec {web}\n"}),
			chain: []string{"unit svscan.service", "supervisor daemontools (shop)", "process web"}, stop: "svc -d {dir}/service/shop"},
		{name: "OpenRC: supervise-daemon", given: openRC("supervisor=supervise-daemon\ncommand={bin}/web\ncommand_args=\"serve tcp::{P}\"\n"),
			chain: []string{"supervisor openrc (shop)", "process web"}, stop: "rc-service shop stop"},
		{name: "OpenRC: start-stop-daemon", given: openRC("command={bin}/web\ncommand_args=\"serve tcp::{P}\"\ncommand_background=true\npidfile=/run/shop.pid\n"),
			chain: []string{"supervisor openrc (shop)", "process web"}, stop: "rc-service shop stop"},
		{name: "monit: program that it starts", given: daemon("monit", "/usr/bin/monit -I -c /etc/monit/monitrc", map[string]string{
			"/etc/monit/monitrc": "set daemon 1\nset pidfile /run/monit.pid\nset idfile /run/monit.id\nset statefile /run/monit.state\nset httpd unixsocket /run/monit.sock\n  allow root:x\n" +
				"check process shop with pidfile /run/shop.pid\n  start program = \"{dir}/start\"\n  stop program = \"{dir}/stop\"\n",
			"{dir}/start": "#!/bin/sh\nsetsid {web} >/dev/null 2>&1 </dev/null &\necho $! >/run/shop.pid\n",
			"{dir}/stop":  "#!/bin/sh\nkill $(cat /run/shop.pid)\n"}),
			chain: []string{"unit monit.service", "supervisor monit (shop)", "process web"}, stop: "monit stop shop"},
		{name: "monit: a unit that it starts again", given: func(g *stage) {
			g.machine.Units(g, map[string]string{"shop.service": g.expand("[Service]\nType=forking\nPIDFile=/run/shop.pid\nExecStart=/bin/sh -c '{web} & echo $$! >/run/shop.pid'\n")})
			daemon("monit", "/usr/bin/monit -I -c /etc/monit/monitrc", map[string]string{
				"/etc/monit/monitrc": "set daemon 1\nset pidfile /run/monit.pid\nset idfile /run/monit.id\nset statefile /run/monit.state\nset httpd unixsocket /run/monit.sock\n  allow root:x\n" +
					"check process shop with pidfile /run/shop.pid\n  start program = \"/usr/bin/systemctl start shop\"\n  stop program = \"/usr/bin/systemctl stop shop\"\n"})(g)
		}, chain: []string{"unit shop.service", "supervisor monit (shop)", "process web"}, stop: "monit stop shop"},
	}
}

// openRC starts a service of OpenRC, on a host that systemd has booted: OpenRC believes to have booted it where its own
// directory of state says so.
func openRC(script string) func(*stage) {
	return func(g *stage) {
		g.write("/etc/init.d/shop", "#!/sbin/openrc-run\n"+script, 0o755)
		g.sh("for d in starting started stopping inactive wasinactive failed hotplugged daemons options exclusive scheduled tmp; do mkdir -p /run/openrc/$d; done; mkdir -p /etc/runlevels/default /etc/conf.d && touch /run/openrc/softlevel && echo default >/run/openrc/softlevel && rc-service shop start")
		g.Cleanup(func() { g.try(lab.Root, "rc-service shop stop; rm -rf /run/openrc; pkill -x web") })
	}
}

func loose() []situation {
	return []situation{
		{name: "by hand: daemon of nobody", given: func(g *stage) {
			g.sh("setsid {web} >/dev/null 2>&1 </dev/null & :")
			g.Cleanup(func() { g.try(lab.Root, "pkill -x web") })
		}, chain: []string{"init systemd", "process web"}, typed: true},
		{name: "VS Code Server: terminal", given: func(g *stage) {
			g.write("/home/somebody/.vscode-server/bin/0123/server.js", `require('child_process').spawn('/bin/sh', ['-c', '{web}; :'], {stdio: 'ignore'})`, 0o644)
			g.background(lab.Somebody, "node /home/somebody/.vscode-server/bin/0123/server.js")
			g.Cleanup(func() { g.try(lab.Root, "pkill -x web") })
		}, chain: []string{"editor VS Code Server", "process web"}, typed: true},
		{name: "npm: script of a package", holder: "node", given: func(g *stage) {
			g.write("{dir}/shop/package.json", `{"name": "shop", "scripts": {"start": "node app.js"}}`, 0o644)
			g.write("{dir}/shop/app.js", `require('http').createServer((q, s) => s.end('token')).listen({P})`, 0o644)
			g.background(lab.Somebody, "cd {dir}/shop && npm start")
		}, chain: []string{"process npm start", "process node"}, typed: true},
	}
}
