package netfilter

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"runtime"
	"slices"
	"strings"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/safeport/safeport/internal/facts"
)

// Options of linux/netfilter_ipv4/ip_tables.h; those of IPv6 have the same numbers.
const (
	getInfo    = 64 // IPT_SO_GET_INFO
	getEntries = 65 // IPT_SO_GET_ENTRIES

	infoLen    = 84 // struct ipt_getinfo
	entriesLen = 40 // struct ipt_get_entries without its entries
)

// Tables of iptables-legacy by the priority of their chains, and the chains that a packet to this host or to a container
// and the answer to it come by, by their hook.
var (
	legacyTables = map[string]int32{"raw": -300, "mangle": -150, "nat": -100, "filter": 0, "security": 50}
	legacyChains = map[hook]string{
		prerouting: "PREROUTING", input: "INPUT", forward: "FORWARD", output: "OUTPUT", postrouting: "POSTROUTING",
	}
)

// readLegacy reads the tables of iptables-legacy that the kernel has: to ask for another makes the kernel load it, and a
// check changes nothing.
func readLegacy(procRoot string, v4 bool) (bases []base, tracks bool, err error) {
	file := procRoot + "/thread-self/net/ip_tables_names"
	if !v4 {
		file = procRoot + "/thread-self/net/ip6_tables_names"
	}
	names, err := os.ReadFile(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, false, nil
	case err != nil:
		return nil, false, fmt.Errorf("reading the tables of iptables-legacy: %w", err)
	}
	order := 0
	if legacyLater(procRoot) {
		order = math.MaxInt
	}
	for name, priority := range legacyTables {
		if !slices.Contains(strings.Fields(string(names)), name) {
			continue
		}
		info, entries, err := legacyTable(v4, name)
		if err != nil {
			return bases, true, fmt.Errorf("reading table %s of iptables-legacy: %w", name, err)
		}
		tracks = tracks || legacyTracks(entries)
		t := newLegacyTable(v4, name, info, entries)
		for at, chain := range legacyChains {
			translates := name == "nat"
			if translates && at != prerouting && at != output {
				continue
			}
			// valid_hooks, behind the name
			if binary.NativeEndian.Uint32(info[32:])&(1<<at) != 0 {
				bases = append(bases, base{table: t, chain: chain, hook: at, priority: priority, order: order, translates: translates})
			}
		}
	}
	return bases, tracks, nil
}

// legacyLater says whether the nat table of iptables-legacy came after the chains of nftables: it is asked before them then,
// at the same priority. The kernel does not tell. Where both are modules, the newer one is listed first; elsewhere it is most
// likely, as engines and firewalls write their tables when the host starts.
func legacyLater(procRoot string) bool {
	loaded, _ := os.ReadFile(procRoot + "/modules")
	for line := range strings.Lines(string(loaded)) {
		switch name, _, _ := strings.Cut(line, " "); name {
		case "iptable_nat", "ip6table_nat":
			return true
		case "nft_chain_nat":
			return !strings.Contains(string(loaded), "\niptable_nat ")
		}
	}
	return true
}

// legacyTable asks the kernel for a whole table.
func legacyTable(v4 bool, name string) (info, entries []byte, err error) {
	family, level := unix.AF_INET, unix.IPPROTO_IP
	if !v4 {
		family, level = unix.AF_INET6, unix.IPPROTO_IPV6
	}
	fd, err := unix.Socket(family, unix.SOCK_RAW|unix.SOCK_CLOEXEC, unix.IPPROTO_RAW)
	if err != nil {
		return nil, nil, err
	}
	defer unix.Close(fd)
	for range 3 {
		info = make([]byte, infoLen)
		copy(info, name)
		if err = getsockopt(fd, level, getInfo, info); err != nil {
			return nil, nil, err
		}
		size := binary.NativeEndian.Uint32(info[infoLen-4:])
		answer := make([]byte, entriesLen+int(size))
		copy(answer, name)
		binary.NativeEndian.PutUint32(answer[32:], size)
		// EAGAIN: the table has another size by now.
		if err = getsockopt(fd, level, getEntries, answer); !errors.Is(err, unix.EAGAIN) {
			return info, answer[entriesLen:], err
		}
	}
	return nil, nil, err
}

// getsockopt is for options that read their buffer, too, which golang.org/x/sys has no function for.
func getsockopt(fd, level, option int, b []byte) error {
	size := uint32(len(b))
	_, _, errno := unix.Syscall6(unix.SYS_GETSOCKOPT, uintptr(fd), uintptr(level), uintptr(option),
		uintptr(unsafe.Pointer(&b[0])), uintptr(unsafe.Pointer(&size)), 0)
	runtime.KeepAlive(b)
	if errno != 0 {
		return errno
	}
	return nil
}

func newLegacyTable(v4 bool, name string, info, entries []byte) *table {
	t := &table{backend: facts.Legacy, family: "ip", name: name, chains: decodeLegacy(info, entries, v4)}
	if !v4 {
		t.family = "ip6"
	}
	for chain := range t.chains {
		t.note(chain)
	}
	t.readChain = func(string) ([]rule, error) { return nil, nil }
	return t
}
