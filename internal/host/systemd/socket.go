package systemd

import (
	"errors"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"safeport/internal/claim"
	"safeport/internal/port"
)

// EnabledSockets are the ports of socket units that start with the host, whether or not they listen now, below root, which
// is "/" but in tests. A host that systemd does not run (sd_booted(3)) has none. The error says what could not be read.
func EnabledSockets(root string) (claims []claim.Claim, err error) {
	if _, err := os.Stat(filepath.Join(root, "run/systemd/system")); err != nil {
		return nil, nil
	}
	var names []string
	for _, kind := range []string{"wants", "requires"} {
		links, _ := filepath.Glob(filepath.Join(root, "etc/systemd/system/*."+kind, "*.socket")) // the pattern is well-formed
		for _, link := range links {
			names = append(names, filepath.Base(link))
		}
	}
	slices.Sort(names)
	var errs []error
	for _, name := range slices.Compact(names) {
		text, err := socketText(root, name)
		errs = append(errs, err)
		for _, c := range listens(text) {
			c.Unit = name
			claims = append(claims, c)
		}
	}
	return claims, errors.Join(errs...)
}

// socketText is what a unit's file and its drop-ins say, one after the other.
func socketText(root, name string) (string, error) {
	for _, dir := range directories {
		path := filepath.Join(root, dir, name)
		if target, err := os.Readlink(path); err == nil && target == "/dev/null" {
			return "", nil // masked
		}
		text, err := readText(path)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		dropIns, _ := filepath.Glob(filepath.Join(root, "etc/systemd/system", name+".d", "*.conf")) // well-formed, too
		for _, dropIn := range dropIns {
			more, moreErr := readText(dropIn)
			text, err = text+"\n"+more, errors.Join(err, moreErr)
		}
		return text, err
	}
	return "", nil
}

// listens reads ListenStream= and ListenDatagram= (systemd.socket(5)). An empty value takes back what was said before.
func listens(text string) (claims []claim.Claim) {
	onlyV6 := false
	for line := range strings.Lines(text) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		value = strings.TrimSpace(value)
		switch key {
		case "BindIPv6Only":
			onlyV6 = value == "ipv6-only"
		case "ListenStream", "ListenDatagram":
			p := port.TCP
			if key == "ListenDatagram" {
				p = port.UDP
			}
			if value == "" {
				claims = slices.DeleteFunc(claims, func(c claim.Claim) bool { return c.Protocol == p })
			}
			if b, n, ok := address(value); ok {
				claims = append(claims, claim.Claim{
					Protocol: p, Binding: b, Ports: port.Single(n), State: claim.Enabled, Source: "systemd",
				})
			}
		}
	}
	for i := range claims {
		claims[i].Binding.V6Only = claims[i].Binding.V6Only || onlyV6
	}
	return claims
}

// address reads "80", which is every address, "192.0.2.1:80" and "[::]:80". Paths and other kinds of sockets are no port.
func address(s string) (port.Binding, uint16, bool) {
	if n, err := strconv.ParseUint(s, 10, 16); err == nil && n > 0 {
		return port.AnyDual, uint16(n), true
	}
	at, err := netip.ParseAddrPort(s)
	if err != nil || at.Port() == 0 {
		return port.Binding{}, 0, false
	}
	return port.Binding{Addr: at.Addr(), V6Only: !at.Addr().IsUnspecified()}, at.Port(), true
}
