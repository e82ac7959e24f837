package systemd

import (
	"strings"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/port"
)

// usual are the ports that well-known services take unless they are told otherwise, on all addresses if nothing stands
// before the port. They are those of the packages' own configuration; what an administrator has made of it is not read.
var usual = map[string]string{
	"apache2.service":             "80",
	"bind9.service":               "53 53/udp",
	"caddy.service":               "80 443",
	"chrony.service":              "127.0.0.1:323/udp",
	"cups.service":                "127.0.0.1:631",
	"dnsmasq.service":             "53 53/udp",
	"docker-registry.service":     "5000",
	"dovecot.service":             "110 143 993 995",
	"elasticsearch.service":       "127.0.0.1:9200 127.0.0.1:9300",
	"exim4.service":               "127.0.0.1:25",
	"gitea.service":               "3000",
	"grafana-server.service":      "3000",
	"h2o.service":                 "80",
	"httpd.service":               "80",
	"influxdb.service":            "8086",
	"jellyfin.service":            "8096",
	"jenkins.service":             "8080",
	"k3s.service":                 "6443 10250",
	"kubelet.service":             "10250",
	"lighttpd.service":            "80",
	"mariadb.service":             "127.0.0.1:3306",
	"memcached.service":           "127.0.0.1:11211",
	"mongod.service":              "127.0.0.1:27017",
	"mysql.service":               "127.0.0.1:3306",
	"named.service":               "53 53/udp",
	"nfs-server.service":          "2049",
	"nginx.service":               "80",
	"nmbd.service":                "137/udp 138/udp",
	"ntp.service":                 "123/udp",
	"ollama.service":              "127.0.0.1:11434",
	"plexmediaserver.service":     "32400",
	"postfix.service":             "25",
	"prometheus.service":          "9090",
	"rabbitmq-server.service":     "5672 25672",
	"redis-server.service":        "127.0.0.1:6379",
	"redis.service":               "127.0.0.1:6379",
	"rpcbind.service":             "111 111/udp",
	"smbd.service":                "139 445",
	"snmpd.service":               "127.0.0.1:161/udp",
	"squid.service":               "3128",
	"ssh.service":                 "22",
	"sshd.service":                "22",
	"tomcat10.service":            "8080",
	"tomcat9.service":             "8080",
	"transmission-daemon.service": "9091",
	"unbound.service":             "127.0.0.1:53 127.0.0.1:53/udp",
	"vsftpd.service":              "21",

	"prometheus-node-exporter.service": "9100",
	"prometheus-alertmanager.service":  "9093",
	"pcsd.service":                     "2224",
	"webmin.service":                   "10000",
	"xrdp.service":                     "3389",
	"zabbix-agent.service":             "10050",
}

// usualPorts are the likely ports of a service, known by its unit's name.
func usualPorts(name string) (claims []facts.PortUse) {
	for spec := range strings.FieldsSeq(usual[name]) {
		w, err := port.Parse(spec)
		if err != nil {
			continue // a test reads all of them
		}
		for _, b := range w.Bindings() {
			claims = append(claims, facts.PortUse{Protocol: w.Protocol, Binding: b, Ports: w.Ports, Likely: true})
		}
	}
	return claims
}
