package systemd

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/port"
)

// generated is what Podman 4.3.1 wrote for "podman generate systemd --new --name web", without its comments.
const generated = `[Unit]
Description=Podman container-web.service
Documentation=man:podman-generate-systemd(1)
Wants=network-online.target
After=network-online.target
RequiresMountsFor=%t/containers

[Service]
Environment=PODMAN_SYSTEMD_UNIT=%n
Restart=on-failure
TimeoutStopSec=70
ExecStartPre=/bin/rm \
	-f %t/%n.ctr-id
ExecStart=/usr/bin/podman run \
	--cidfile=%t/%n.ctr-id \
	--cgroups=no-conmon \
	--rm \
	--sdnotify=conmon \
	-d \
	--replace \
	--name web \
	-p 8080:80 \
	--publish 127.0.0.1:8443-8444:443-444/udp docker.io/library/nginx -p 99:99
ExecStop=/usr/bin/podman stop \
	--ignore -t 10 \
	--cidfile=%t/%n.ctr-id
Type=notify
NotifyAccess=all

[Install]
WantedBy=default.target
`

func TestServicesThatStartWithTheHost(t *testing.T) {
	const generator = "usr/lib/systemd/system-generators/podman-system-generator"
	enable := func(names ...string) map[string]string {
		files := map[string]string{}
		for _, name := range names {
			files["etc/systemd/system/multi-user.target.wants/"+name] = "-> ../" + name
		}
		return files
	}
	tests := []struct {
		name  string
		links map[string]string
		files map[string]string
		want  string
	}{
		{"nothing", nil, nil, ""},
		{"container by podman generate systemd", enable("container-web.service"), map[string]string{"etc/systemd/system/container-web.service": generated},
			"container-web.service tcp 0.0.0.0:8080 and [::], udp 127.0.0.1:8443-8444"},
		{"the same, not enabled", nil, map[string]string{"etc/systemd/system/container-web.service": generated}, ""},
		{"the same, running", enable("container-web.service"), map[string]string{"etc/systemd/system/container-web.service": generated,
			"sys/fs/cgroup/system.slice/container-web.service/cgroup.events": "populated 1\n"}, ""},
		{"pod by podman generate systemd", enable("pod-shop.service"), map[string]string{"etc/systemd/system/pod-shop.service": "[Service]\n" +
			"ExecStartPre=/usr/bin/podman pod create --infra-conmon-pidfile %t/pod-shop.pid --pod-id-file %t/pod-shop.pod-id --exit-policy=stop --name shop -p 8081:80 --replace\n" +
			"ExecStart=/usr/bin/podman pod start --pod-id-file %t/pod-shop.pod-id\n"}, "pod-shop.service tcp 0.0.0.0:8081 and [::]"},
		{"docker run by hand, after the engine", enable("app.service"), map[string]string{"etc/systemd/system/app.service": "[Unit]\nAfter=network.target docker.service\n[Service]\n" +
			"ExecStart=-/usr/bin/docker run --rm -i -p8082:80 --publish=[::1]:8083:80 -e A=b app\n"}, "app.service after the engine: tcp 0.0.0.0:8082 and [::], tcp [::1]:8083"},
		{"a port that the engine picks", enable("app.service"), map[string]string{"etc/systemd/system/app.service": "[Service]\nExecStart=/usr/bin/podman run -p 80 app\n"}, ""},
		{"not podman's -p", enable("app.service"), map[string]string{"etc/systemd/system/app.service": "[Service]\nExecStart=/usr/bin/server run -p 8080:80\n"}, ""},
		{"well-known program", enable("nginx.service"), map[string]string{"usr/lib/systemd/system/nginx.service": "[Service]\nExecStart=/usr/sbin/nginx\n"},
			"nginx.service most likely: tcp [::]:80"},
		{"well-known program, enabled and not installed", enable("nginx.service"), nil, ""},
		{"well-known program, masked", enable("nginx.service"), map[string]string{"etc/systemd/system/nginx.service": "-> /dev/null",
			"usr/lib/systemd/system/nginx.service": "[Service]\nExecStart=/usr/sbin/nginx\n"}, ""},
		{"program that nobody knows", enable("server.service"), map[string]string{"etc/systemd/system/server.service": "[Service]\nExecStart=/usr/bin/server\n"}, ""},
		{"quadlet", nil, map[string]string{generator: "", "etc/containers/systemd/web.container": "[Container]\nImage=nginx\nPublishPort=8084:80\nPublishPort=127.0.0.1::81\n[Install]\nWantedBy=default.target\n"},
			"web.service made at each start: tcp 0.0.0.0:8084 and [::]"},
		{"quadlet whose drop-in publishes more", nil, map[string]string{generator: "", "etc/containers/systemd/a/web.container": "[Container]\nImage=nginx\nPublishPort=8084:80\n[Install]\nWantedBy=default.target\n",
			"etc/containers/systemd/a/web.container.d/x.conf": "[Container]\nPublishPort=8085:81\n"}, "web.service made at each start: tcp 0.0.0.0:8084 and [::], tcp 0.0.0.0:8085 and [::]"},
		{"quadlet of a pod", nil, map[string]string{generator: "", "etc/containers/systemd/shop.pod": "[Pod]\nPublishPort=8086:80\n[Install]\nWantedBy=default.target\n"},
			"shop-pod.service made at each start: tcp 0.0.0.0:8086 and [::]"},
		{"quadlet of a Kubernetes file", nil, map[string]string{generator: "", "etc/containers/systemd/k.kube": "[Kube]\nYaml=k.yaml\nServiceName=board\n[Install]\nWantedBy=default.target\n",
			"etc/containers/systemd/k.yaml": "kind: Deployment\nspec: {template: {spec: {containers: [{ports: [{containerPort: 80, hostPort: 8087}, {containerPort: 81}]}]}}}\n---\nkind: Pod\n" +
				"spec: {containers: [{ports: [{containerPort: 53, hostPort: 8053, protocol: UDP, hostIP: 192.0.2.1}]}]}\n"},
			"board.service made at each start: tcp 0.0.0.0:8087 and [::], udp 192.0.2.1:8053"},
		{"quadlet that nothing starts", nil, map[string]string{generator: "", "etc/containers/systemd/web.container": "[Container]\nPublishPort=8084:80\n"}, ""},
		{"quadlet that is masked", nil, map[string]string{generator: "", "etc/systemd/system/web.service": "-> /dev/null",
			"etc/containers/systemd/web.container": "[Container]\nPublishPort=8084:80\n[Install]\nWantedBy=default.target\n"}, ""},
		{"quadlet where Podman is too old to read it", nil, map[string]string{"etc/containers/systemd/web.container": "[Container]\nPublishPort=8084:80\n[Install]\nWantedBy=default.target\n"}, ""},
		{"quadlet and what was made of it", map[string]string{"run/systemd/generator/default.target.wants/web.service": "-> ../web.service"}, map[string]string{generator: "",
			"run/systemd/generator/web.service":    "[Service]\nExecStart=/usr/bin/podman run --name=systemd-%N --replace --rm -d --publish 8084:80 nginx\n",
			"etc/containers/systemd/web.container": "[Container]\nImage=nginx\nPublishPort=8084:80\n[Install]\nWantedBy=default.target\n"},
			"web.service made at each start: tcp 0.0.0.0:8084 and [::]"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			files := tt.files
			for name, text := range tt.links {
				if files == nil {
					files = map[string]string{}
				}
				files[name] = text
			}
			claims, err := System(tree(t, files)).Services()
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, describeLater(claims)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// describeLater writes the port uses of one unit as a line.
func describeLater(claims []facts.PortUse) string {
	if len(claims) == 0 {
		return ""
	}
	var places []string
	for _, c := range claims {
		place := fmt.Sprintf("%s %s:%s", c.Protocol, c.Binding.Addr, c.Ports)
		if c.Binding.Addr.Is6() {
			place = fmt.Sprintf("%s [%s]:%s", c.Protocol, c.Binding.Addr, c.Ports)
		}
		if c.Binding == port.AnyV6 {
			places[len(places)-1] += " and [::]"
			continue
		}
		places = append(places, place)
	}
	c := claims[0]
	how := ""
	switch {
	case c.Likely:
		how = " most likely:"
	case c.Generated:
		how = " made at each start:"
	case c.Order == facts.AfterEngine:
		how = " after the engine:"
	}
	return c.Unit + how + " " + strings.Join(places, ", ")
}

func TestTheUsualPortsCanBeRead(t *testing.T) {
	for name, ports := range usual {
		if got := usualPorts(name); len(got) != len(strings.Fields(ports)) {
			t.Errorf("%s: of %q %d can be read", name, ports, len(got))
		}
	}
}

// A server has some thirty services that start with it; this one has ten times as many.
func BenchmarkServices(b *testing.B) {
	files := map[string]string{}
	for i := range 300 {
		name := fmt.Sprintf("container-%d.service", i)
		files["etc/systemd/system/"+name] = strings.Replace(generated, "-p 8080:80", fmt.Sprintf("-p %d:80", 10000+i), 1)
		files["etc/systemd/system/multi-user.target.wants/"+name] = "-> ../" + name
	}
	root := tree(b, files)
	for b.Loop() {
		if found, err := System(root).Services(); len(found) != 900 || err != nil {
			b.Fatal(len(found), err)
		}
	}
}
