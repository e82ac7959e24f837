package lab

import (
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
)

// tools are the programs that a lab host and the exam run. setup.sh installs them.
var tools = []string{
	"ip", "iptables", "nft", "ss", "lsof", "dockerd", "docker", "podman", "newuidmap", "slirp4netns", "rootlesskit", "ufw",
	"firewalld", "dbus-daemon", "systemd-nspawn", "nsenter", "pasta",
}

// Require skips the test where no lab can be made, and says why, or where only tests that are [Long] are to be run. Where CI or SAFEPORT_LAB is set it fails instead, so
// that a run that is meant to be complete cannot pass by leaving something out.
func Require(t testing.TB) {
	t.Helper()
	name, _, _ := strings.Cut(t.Name(), "/")
	if _, is := long.Load(name); !is && os.Getenv("SAFEPORT_RELEASES") == "some" {
		t.Skip("NOT RUN AGAIN: make test runs it")
	}
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

// long are the tests that said so, by name.
var long sync.Map

// Long leaves a test of releases to "make releases", as all of them take too long for "make test". It comes before anything
// else of a test. SAFEPORT_RELEASES says which are run: "none" of these, "some", which is these alone, or all.
func Long(t testing.TB) {
	t.Helper()
	if os.Getenv("SAFEPORT_RELEASES") == "none" {
		t.Skip("LEFT TO make releases")
	}
	long.Store(t.Name(), true)
}
