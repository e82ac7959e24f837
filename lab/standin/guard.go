package main

import (
	"fmt"
	"net"
	"unsafe"

	"golang.org/x/sys/unix"
)

// guard has a BPF program at a network device let all packets by, or drop them: "guard xdp drop eth0". The places are xdp, tcx
// and tcx-out. It stays as long as this process.
func guard(args []string) error {
	if len(args) != 3 {
		return fmt.Errorf("want a place, pass or drop, and a device")
	}
	place, ok := map[string]struct{ kind, attachment, flags uint32 }{
		"xdp":     {unix.BPF_PROG_TYPE_XDP, unix.BPF_XDP, unix.XDP_FLAGS_SKB_MODE},
		"tcx":     {unix.BPF_PROG_TYPE_SCHED_CLS, unix.BPF_TCX_INGRESS, 0},
		"tcx-out": {unix.BPF_PROG_TYPE_SCHED_CLS, unix.BPF_TCX_EGRESS, 0},
	}[args[0]]
	answers := map[string]int32{"pass": 2, "drop": 1} // XDP_PASS, XDP_DROP
	if place.kind == unix.BPF_PROG_TYPE_SCHED_CLS {
		answers = map[string]int32{"pass": -1, "drop": 2} // TCX_NEXT, TCX_DROP
	}
	answer, known := answers[args[1]]
	if !ok || !known {
		return fmt.Errorf("no place %q, or no answer %q", args[0], args[1])
	}
	device, err := net.InterfaceByName(args[2])
	if err != nil {
		return err
	}
	program, err := answering(answer, "guard", place.kind, place.attachment)
	if err != nil {
		return fmt.Errorf("loading a program: %w", err)
	}
	link := struct{ program, device, attachment, flags uint32 }{uint32(program), uint32(device.Index), place.attachment, place.flags}
	if _, err := bpf(unix.BPF_LINK_CREATE, unsafe.Pointer(&link), unsafe.Sizeof(link)); err != nil {
		return fmt.Errorf("attaching a program to %s: %w", args[2], err)
	}
	return stand()
}
