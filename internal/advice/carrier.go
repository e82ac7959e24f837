package advice

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/safeport/safeport/internal/describe"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/report"
)

// carrier is something that a host or its administrator lives on.
type carrier struct {
	key   message.Key // what is said instead of "stop it"
	units []string    // without their kind; one that ends in "@" is a template
	names []string    // of programs, where there is no unit
}

// carriers are what a host or its administrator lives on. Their ports are no reason to stop them: another port or address is
// found for the new service, or what has the port is switched off in their settings.
var carriers = []carrier{
	{message.KeepSSH, []string{"ssh", "sshd", "dropbear", "ssh@", "sshd@"}, []string{"sshd", "sshd-session", "dropbear"}},
	{message.KeepTailscale, []string{"tailscaled", "snap.tailscale.tailscaled"}, []string{"tailscaled"}},
	{message.KeepProxies, []string{"incus", "lxd", "snap.lxd.daemon"}, []string{"incusd", "lxd"}},
	{message.KeepNetwork, []string{
		"NetworkManager", "libvirtd", "virtnetworkd", "virtqemud", "systemd-networkd", "lxc-net", "wicked", "wickedd", "connman", "networking", "dhcpcd",
	}, []string{"NetworkManager", "libvirtd"}},
	{message.KeepEngine, []string{
		"docker", "snap.docker.dockerd", "containerd", "podman", "crio", "k3s", "k3s-agent", "rke2-server", "rke2-agent", "kubelet", "snap.microk8s.daemon-kubelite",
	}, []string{"dockerd", "containerd", "kubelet", "k3s", "crio"}},
	{message.KeepHost, []string{
		"systemd-resolved", "dbus", "dbus-broker", "systemd-logind", "systemd-journald", "systemd-udevd", "systemd-machined", "polkit", "getty@", "serial-getty@",
		"console-getty", "user@", "init", "systemd-homed", "sssd", "nslcd", "multipathd", "iscsid",
	}, []string{"systemd", "init", "systemd-resolve", "systemd-resolved", "dbus-daemon", "dbus-broker"}},
}

// carries says what is to be said where a holder must not be stopped; empty where it may be.
func carries(h describe.Holder) message.Key {
	if control := h.Use().Control; control != nil && control.Self || h.Self {
		return message.KeepSelf
	}
	for _, c := range carriers {
		if h.Unit == "" && slices.Contains(c.names, h.Name) {
			return c.key
		}
		for _, unit := range []string{h.Unit, h.SocketUnit} {
			stem := unit
			if i := strings.LastIndexByte(unit, '.'); i >= 0 {
				stem = unit[:i]
			}
			if at := strings.IndexByte(stem, '@'); at >= 0 {
				stem = stem[:at+1]
			}
			if stem != "" && slices.Contains(c.units, stem) {
				return c.key
			}
		}
	}
	return ""
}

// resolves says whether a holder is the name server that this host's own programs ask: dnsmasq, unbound or Pi-hole, say.
// systemd-resolved can give the port back and go on.
func (w *Builder) resolves(h describe.Holder) bool {
	addr, err := netip.ParseAddr(h.Address)
	if err != nil || h.Port != 53 || h.Kind == report.HolderRule || h.State == "connected" || isStub(h) {
		return false
	}
	return w.Subject.Resolver.Asks(addr)
}
