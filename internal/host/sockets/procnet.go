package sockets

import (
	"bufio"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/port"
)

// readProcNet reads /proc/net/{tcp,tcp6} or {udp,udp6} for what sock_diag would have told. It does not show sockets that
// are bound and not listening, IPV6_V6ONLY, devices or cgroups; an IPv6 wildcard is taken for dual-stack, the default.
func readProcNet(root string, p port.Protocol, states uint32, ranges []port.Range) ([]facts.PortUse, error) {
	var claims []facts.PortUse
	for _, name := range []string{p.String(), p.String() + "6"} {
		// Opened anew for each reading: seeking back fails on some kernels (6.6.102 and its like).
		f, err := os.Open(root + "/net/" + name)
		if errors.Is(err, fs.ErrNotExist) {
			continue // no IPv6
		}
		if err != nil {
			return nil, fmt.Errorf("reading the socket table: %w", err)
		}
		found, err := parseProcNet(f, p, states, ranges)
		f.Close()
		if err != nil {
			return nil, fmt.Errorf("reading %s: %w", f.Name(), err)
		}
		claims = append(claims, found...)
	}
	return claims, nil
}

func parseProcNet(r io.Reader, p port.Protocol, states uint32, ranges []port.Range) ([]facts.PortUse, error) {
	var claims []facts.PortUse
	lines := bufio.NewScanner(r)
	lines.Scan() // the heading
	for lines.Scan() {
		c, state, err := parseLine(lines.Text())
		if err != nil {
			return nil, err
		}
		wanted := slices.ContainsFunc(ranges, c.Ports.Overlaps)
		if !wanted || states&(1<<state) == 0 {
			continue
		}
		c.Protocol, c.Source = p, "proc_net"
		claims = append(claims, c)
	}
	return claims, lines.Err()
}

// parseLine reads a line such as
//
//	0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000  0 12345 1 …
func parseLine(line string) (c facts.PortUse, state uint8, err error) {
	f := strings.Fields(line)
	if len(f) < 10 {
		return c, 0, fmt.Errorf("line %q is too short", line)
	}
	local, err := parseAddrPort(f[1])
	if err != nil {
		return c, 0, err
	}
	remote, err := parseAddrPort(f[2])
	if err != nil {
		return c, 0, err
	}
	number, err := strconv.ParseUint(f[3], 16, 8)
	if err != nil {
		return c, 0, fmt.Errorf("state in line %q: %w", line, err)
	}
	uid, err := strconv.ParseUint(f[7], 10, 32)
	if err != nil {
		return c, 0, fmt.Errorf("uid in line %q: %w", line, err)
	}
	inode, err := strconv.ParseUint(f[9], 10, 32)
	if err != nil {
		return c, 0, fmt.Errorf("inode in line %q: %w", line, err)
	}
	return facts.PortUse{
		Binding: port.Binding{Addr: local.Addr()},
		Ports:   port.Single(local.Port()),
		Remote:  remote,
		State:   stateOf(uint8(number)),
		Socket:  &facts.Socket{UID: uint32(uid), Inode: uint32(inode)},
	}, uint8(number), nil
}

// parseAddrPort reads "0100007F:1F90": the address as 32-bit words in the host's byte order, the port in the network's.
func parseAddrPort(s string) (netip.AddrPort, error) {
	addr, number, _ := strings.Cut(s, ":")
	raw, err := hex.DecodeString(addr)
	if err != nil || len(raw) != 4 && len(raw) != 16 {
		return netip.AddrPort{}, fmt.Errorf("address %q is not one of /proc/net", s)
	}
	n, err := strconv.ParseUint(number, 16, 16)
	if err != nil {
		return netip.AddrPort{}, fmt.Errorf("port in %q: %w", s, err)
	}
	for word := range slices.Chunk(raw, 4) {
		binary.BigEndian.PutUint32(word, binary.NativeEndian.Uint32(word))
	}
	a, _ := netip.AddrFromSlice(raw)
	return netip.AddrPortFrom(a, uint16(n)), nil
}
