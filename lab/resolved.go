package lab

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// resolvedPlaces are where systemd-resolved is: the machine's own, or, where the machine lives without it, what setup.sh has
// unpacked beside everything else.
var resolvedPlaces = []string{"/usr/lib/systemd/systemd-resolved", "/usr/local/lib/safeport-lab/resolved/lib/systemd/systemd-resolved",
	"/usr/local/lib/safeport-lab/resolved/usr/lib/systemd/systemd-resolved"}

// StartResolved has a real systemd-resolved resolve the machine's names, as distributions set it up, until the test ends: with
// its stub listener, and with /etc/resolv.conf as a link to that. It asks the name server.
func (s *Systemd) StartResolved(t testing.TB, nameServer string) {
	t.Helper()
	program := ""
	for _, place := range resolvedPlaces {
		if _, err := os.Stat(place); err == nil && program == "" {
			program = place
		}
	}
	if program == "" {
		t.Fatal("the lab needs systemd-resolved (lab/setup.sh unpacks it)")
	}
	etc := filepath.Join(s.tree, "etc")
	link := filepath.Join(etc, "resolv.conf")
	policy := filepath.Join(etc, "dbus-1/system.d/resolve.conf")
	config := filepath.Join(etc, "systemd/resolved.conf")
	t.Cleanup(func() {
		for _, path := range []string{link, policy, config, filepath.Join(etc, "systemd/resolved.conf.d")} {
			os.RemoveAll(path)
		}
	})
	os.Remove(link)
	err := errors.Join(
		os.MkdirAll(filepath.Dir(policy), 0o755),
		os.WriteFile(policy, []byte(`<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><policy context="default"><allow own="org.freedesktop.resolve1"/><allow send_destination="org.freedesktop.resolve1"/></policy></busconfig>
`), 0o644),
		os.WriteFile(config, []byte("[Resolve]\nDNS="+nameServer+"\nFallbackDNS=\nLLMNR=no\nMulticastDNS=no\nDNSSEC=no\n"), 0o644),
		os.Symlink("../run/systemd/resolve/stub-resolv.conf", link),
		s.Systemctl("reload", "dbus.service"),
	)
	if err != nil {
		t.Fatal(err)
	}
	s.Units(t, map[string]string{
		"systemd-resolved.service": "[Service]\nType=notify\nUser=systemd-resolve\nAmbientCapabilities=CAP_SETPCAP CAP_NET_RAW CAP_NET_BIND_SERVICE\n" +
			"RuntimeDirectory=systemd/resolve\nRuntimeDirectoryPreserve=yes\nRestart=always\nRestartSec=0\nExecStart=!!" + program + "\n" +
			"[Install]\nWantedBy=multi-user.target\n",
	})
	if err := s.Systemctl("enable", "--quiet", "--now", "systemd-resolved.service"); err != nil {
		log, _ := os.ReadFile(s.host.Path("nspawn.log"))
		t.Fatalf("%v\n%s", err, log)
	}
	t.Cleanup(func() { s.Systemctl("disable", "--quiet", "systemd-resolved.service") })
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if _, err := os.Stat(s.Root("run/systemd/resolve/resolv.conf")); err == nil {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal("systemd-resolved writes no list of name servers")
		}
	}
}
