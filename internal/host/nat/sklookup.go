package nat

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"unsafe"

	"golang.org/x/sys/unix"

	"safeport/internal/claim"
	"safeport/internal/port"
)

// readSteering counts the BPF programs that choose the socket of incoming connections in this network namespace
// (BPF_SK_LOOKUP, kernel 5.9). What they choose cannot be read.
func readSteering(procRoot string) (programs int, err error) {
	namespace, err := os.Open(procRoot + "/thread-self/ns/net")
	if err != nil {
		return 0, fmt.Errorf("looking for sk_lookup programs: %w", err)
	}
	defer namespace.Close()
	// The part of union bpf_attr that BPF_PROG_QUERY has.
	query := struct {
		target, attachType, queryFlags, attachFlags uint32
		ids                                         uint64
		count, _                                    uint32
	}{target: uint32(namespace.Fd()), attachType: unix.BPF_SK_LOOKUP}
	_, _, errno := unix.Syscall(unix.SYS_BPF, unix.BPF_PROG_QUERY, uintptr(unsafe.Pointer(&query)), unsafe.Sizeof(query))
	runtime.KeepAlive(namespace)
	switch {
	case errno == 0:
		return int(query.count), nil
	case errors.Is(errno, unix.EINVAL), errors.Is(errno, unix.ENOSYS):
		return 0, nil // a kernel without them
	}
	return 0, fmt.Errorf("looking for sk_lookup programs: %w", errno)
}

// steered is the claim of the programs on a want: on some of its packets, as nobody can say on which.
func (r *Rules) steered(w port.Want, found []claim.Claim) []claim.Claim {
	if r.programs == 0 {
		return found
	}
	return append(found, claim.Claim{
		Protocol: w.Protocol, Binding: w.Bindings()[0], Ports: w.Ports, State: claim.Diverted, Source: sourceName(claim.SKLookup),
		Rule: &claim.Rule{Backend: claim.SKLookup, Action: claim.Steer, Some: true},
	})
}
