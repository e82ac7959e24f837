package lab

import (
	"os"
	"os/exec"
	"testing"
)

// tools are the programs that a lab host and the exam run. setup.sh installs them.
var tools = []string{
	"ip", "iptables", "nft", "ss", "lsof", "dockerd", "docker", "podman", "newuidmap", "slirp4netns", "rootlesskit", "ufw",
	"firewalld", "dbus-daemon", "systemd-nspawn", "nsenter", "pasta",
}

// Require skips the test where no lab can be made, and says why. Where CI or SAFEPORT_LAB is set it fails instead, so
// that a run that is meant to be complete cannot pass by leaving something out.
func Require(t testing.TB) {
	t.Helper()
	missing := ""
	if os.Geteuid() != 0 {
		missing = "root, for network namespaces and a container engine"
	}
	for _, tool := range tools {
		if _, err := exec.LookPath(tool); err != nil {
			missing = tool + " (lab/setup.sh installs it)"
		}
	}
	switch {
	case missing == "":
	case os.Getenv("CI") != "" || os.Getenv("SAFEPORT_LAB") != "":
		t.Fatalf("the lab needs %s", missing)
	default:
		t.Skipf("NOT TESTED on a lab host: it needs %s", missing)
	}
}
