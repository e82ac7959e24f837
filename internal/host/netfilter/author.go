package netfilter

import (
	"strings"
)

// marks are the beginnings of names of tables and chains by which programs are known that write rules of their own.
var marks = []struct{ start, author string }{
	{"DOCKER", "Docker"},
	{"docker-", "Docker"},
	{"KUBE-", "Kubernetes"},
	{"kube-proxy", "Kubernetes"},
	{"CNI-", "a CNI plugin"},
	{"cni_hostport", "a CNI plugin"},
	{"NETAVARK", "Podman"},
	{"netavark", "Podman"},
	{"nv_", "Podman"},
	{"firewalld", "firewalld"},
	{"PRE_", "firewalld"},
	{"PREROUTING_direct", "firewalld"},
	{"INPUT_direct", "firewalld"},
	{"INPUT_ZONES", "firewalld"},
	{"FORWARD_direct", "firewalld"},
	{"IN_", "firewalld"},
	{"ufw", "ufw"},
	{"LIBVIRT", "libvirt"},
	{"libvirt", "libvirt"},
	{"ISTIO_", "Istio"},
	{"CILIUM_", "Cilium"},
	{"cali-", "Calico"},
	{"lxd", "LXD"},
	{"incus", "Incus"},
	{"MINIUPNPD", "miniupnpd"},
	{"miniupnpd", "miniupnpd"},
	{"ts-", "Tailscale"},
	{"nat_PRE_", "firewalld"},
}

// author guesses who wrote a rule, by the names of its table and its chain. A rule in a chain that everybody writes to has
// no mark.
func author(table, chain string) string {
	if chain == "DOCKER-USER" || chain == "CNI-ADMIN" {
		return "" // they are there for rules of others
	}
	for _, name := range []string{chain, table} {
		for _, m := range marks {
			if strings.HasPrefix(name, m.start) {
				return m.author
			}
		}
	}
	return ""
}
