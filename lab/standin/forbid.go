package main

import (
	"fmt"
	"os"
	"unsafe"

	"golang.org/x/sys/unix"
)

// forbid keeps all processes of its own cgroup from binding ports, by BPF programs such as systemd makes for
// SocketBindDeny=. They stay as long as the cgroup, whose directory is the argument.
func forbid(args []string) error {
	group, err := os.Open(args[0])
	if err != nil {
		return err
	}
	defer group.Close()
	const no = 0
	for _, attachment := range []uint32{unix.BPF_CGROUP_INET4_BIND, unix.BPF_CGROUP_INET6_BIND} {
		program, err := answering(no, "forbid", unix.BPF_PROG_TYPE_CGROUP_SOCK_ADDR, attachment)
		if err != nil {
			return fmt.Errorf("loading a program: %w", err)
		}
		attach := struct{ target, program, attachType, flags uint32 }{uint32(group.Fd()), uint32(program), attachment, 0}
		if _, err := bpf(unix.BPF_PROG_ATTACH, unsafe.Pointer(&attach), unsafe.Sizeof(attach)); err != nil {
			return fmt.Errorf("attaching a program to %s: %w", args[0], err)
		}
	}
	return stand()
}

// answering loads a program that gives one answer to everything.
func answering(answer int32, name string, kind, attachment uint32) (fd int, err error) {
	code := [2]uint64{0xb7 | uint64(uint32(answer))<<32, 0x95} // r0 = answer; exit
	license := []byte("GPL\x00")
	load := struct {
		kind, count           uint32
		code, license         uint64
		logLevel, logSize     uint32
		log                   uint64
		kernel, flags         uint32
		name                  [16]byte
		device, attachment, _ uint32
	}{kind: kind, count: uint32(len(code)), attachment: attachment,
		code: uint64(uintptr(unsafe.Pointer(&code))), license: uint64(uintptr(unsafe.Pointer(&license[0])))}
	copy(load.name[:], name)
	return bpf(unix.BPF_PROG_LOAD, unsafe.Pointer(&load), unsafe.Sizeof(load))
}

func bpf(command int, attr unsafe.Pointer, size uintptr) (int, error) {
	result, _, errno := unix.Syscall(unix.SYS_BPF, uintptr(command), uintptr(attr), size)
	if errno != 0 {
		return 0, errno
	}
	return int(result), nil
}
