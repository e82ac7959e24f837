// Package kernel reads the settings of the running kernel that decide about ports: of the caller's network namespace,
// from /proc/sys.
package kernel

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/port"
)

// Defaults of a kernel whose settings cannot be read.
var defaults = facts.Kernel{Ephemeral: port.Range{First: 32768, Last: 60999}, UnprivilegedStart: 1024}

// Read reads the facts. procRoot is "/proc". With an error the facts are still there, with the kernel's defaults in place
// of what could not be read.
func Read(procRoot string) (facts.Kernel, error) {
	facts := defaults
	facts.Hostname, _ = os.Hostname()
	var name unix.Utsname
	if err := unix.Uname(&name); err == nil {
		facts.Release = unix.ByteSliceToString(name.Release[:])
		facts.SeesBound = atLeast(facts.Release, 6, 8)
	}
	facts.MayBindPrivileged = hasCapability(unix.CAP_NET_BIND_SERVICE)
	facts.MayInspect = hasCapability(unix.CAP_SYS_PTRACE)

	ipv4 := procRoot + "/sys/net/ipv4/"
	return facts, errors.Join(
		read(ipv4+"ip_local_port_range", func(s string) error {
			r, err := port.ParseRange(strings.Join(strings.Fields(s), "-"))
			if err == nil {
				facts.Ephemeral = r
			}
			return err
		}),
		read(ipv4+"ip_local_reserved_ports", func(s string) (err error) {
			facts.Reserved, err = parseReserved(s)
			return err
		}),
		read(ipv4+"ip_unprivileged_port_start", func(s string) error {
			n, err := strconv.Atoi(s)
			if err == nil {
				facts.UnprivilegedStart = n
			}
			return err
		}),
	)
}

func read(file string, parse func(string) error) error {
	b, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("reading a kernel setting: %w", err)
	}
	if err := parse(strings.TrimSpace(string(b))); err != nil {
		return fmt.Errorf("reading %s: %w", file, err)
	}
	return nil
}

// parseReserved reads "8080,9148,40000-40063", or nothing.
func parseReserved(s string) ([]port.Range, error) {
	if s == "" {
		return nil, nil
	}
	var ranges []port.Range
	for word := range strings.SplitSeq(s, ",") {
		r, err := port.ParseRange(word)
		if err != nil {
			return nil, err
		}
		ranges = append(ranges, r)
	}
	return ranges, nil
}

func hasCapability(capability int) bool {
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var data [2]unix.CapUserData
	if err := unix.Capget(&header, &data[0]); err != nil {
		return unix.Geteuid() == 0
	}
	return data[capability/32].Effective&(1<<(capability%32)) != 0
}

// atLeast compares a release such as "6.8.0-45-generic" with a version.
func atLeast(release string, major, minor int) bool {
	var gotMajor, gotMinor int
	if _, err := fmt.Sscanf(release, "%d.%d", &gotMajor, &gotMinor); err != nil {
		return false
	}
	return gotMajor > major || gotMajor == major && gotMinor >= minor
}
