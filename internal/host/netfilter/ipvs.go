package netfilter

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"os"
	"strconv"
	"strings"

	"github.com/safeport/safeport/internal/port"
)

// service is a virtual service of IPVS: an address and port that it takes, and one of the servers behind it.
type service struct {
	protocol port.Protocol
	at       netip.AddrPort
	to       netip.AddrPort // zero: it has no server
}

// readIPVS reads the services from /proc/net/ip_vs, which is there when the kernel has IPVS.
func readIPVS(procRoot string) ([]service, error) {
	b, err := os.ReadFile(procRoot + "/thread-self/net/ip_vs")
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("reading the services of IPVS: %w", err)
	}
	return parseIPVS(string(b)), nil
}

// parseIPVS reads lines such as
//
//	TCP  C0000201:0050 rr
//	  -> 0A000001:1F90      Masq    1      0          0
//
// with IPv6 addresses in brackets. Services by firewall mark (FWM) name no port.
func parseIPVS(text string) (services []service) {
	inService := false
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		if len(words) < 2 {
			continue
		}
		at, err := parseHexAddress(words[1])
		if words[0] == "->" {
			if last := len(services) - 1; inService && err == nil && !services[last].to.IsValid() {
				services[last].to = at
			}
			continue
		}
		p, protocolErr := port.ParseProtocol(words[0])
		if inService = err == nil && protocolErr == nil; inService {
			services = append(services, service{protocol: p, at: at})
		}
	}
	return services
}

func parseHexAddress(s string) (netip.AddrPort, error) {
	i := strings.LastIndex(s, ":")
	if i < 0 {
		return netip.AddrPort{}, fmt.Errorf("address %q has no port", s)
	}
	n, err := strconv.ParseUint(s[i+1:], 16, 16)
	if err != nil {
		return netip.AddrPort{}, err
	}
	if strings.HasPrefix(s, "[") {
		addr, err := netip.ParseAddr(strings.Trim(s[:i], "[]"))
		return netip.AddrPortFrom(addr, uint16(n)), err
	}
	b, err := hex.DecodeString(s[:i])
	if err != nil {
		return netip.AddrPort{}, err
	}
	addr, ok := netip.AddrFromSlice(b)
	if !ok {
		return netip.AddrPort{}, fmt.Errorf("address %q has %d bytes", s, len(b))
	}
	return netip.AddrPortFrom(addr, uint16(n)), nil
}
