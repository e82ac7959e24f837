package hook

import (
	"errors"
	"fmt"
	"runtime"
	"unsafe"

	"golang.org/x/sys/unix"
)

// maxPrograms bounds the programs that are listed; the kernel itself takes no more than 64 on a control group.
const maxPrograms = 64

// programs are the ids of the programs on a control group.
func programs(cgroup int, attachment uint32) ([]uint32, error) {
	ids := make([]uint32, maxPrograms)
	// The part of union bpf_attr that BPF_PROG_QUERY has.
	query := struct {
		target, attachType, queryFlags, attachFlags uint32
		ids                                         uint64
		count, _                                    uint32
	}{target: uint32(cgroup), attachType: attachment, ids: uint64(uintptr(unsafe.Pointer(&ids[0]))), count: maxPrograms}
	_, err := bpf(unix.BPF_PROG_QUERY, unsafe.Pointer(&query), unsafe.Sizeof(query))
	runtime.KeepAlive(ids)
	if errors.Is(err, unix.EINVAL) || errors.Is(err, unix.ENOSYS) {
		return nil, nil // a kernel without them
	}
	return ids[:min(query.count, maxPrograms)], err
}

// nameOf is the name of a program, or its number.
func nameOf(id uint32) string {
	number := fmt.Sprint(id)
	byID := struct{ id, next, flags uint32 }{id: id}
	fd, err := bpf(unix.BPF_PROG_GET_FD_BY_ID, unsafe.Pointer(&byID), unsafe.Sizeof(byID))
	if err != nil {
		return number
	}
	defer unix.Close(fd)
	// The beginning of struct bpf_prog_info.
	info := struct {
		_    [64]byte
		name [16]byte
	}{}
	ask := struct {
		fd, size uint32
		info     uint64
	}{fd: uint32(fd), size: uint32(unsafe.Sizeof(info)), info: uint64(uintptr(unsafe.Pointer(&info)))}
	_, err = bpf(unix.BPF_OBJ_GET_INFO_BY_FD, unsafe.Pointer(&ask), unsafe.Sizeof(ask))
	runtime.KeepAlive(&info)
	if name := unix.ByteSliceToString(info.name[:]); err == nil && name != "" {
		return name
	}
	return number
}

func bpf(command int, attr unsafe.Pointer, size uintptr) (int, error) {
	result, _, errno := unix.Syscall(unix.SYS_BPF, uintptr(command), uintptr(attr), size)
	if errno != 0 {
		return 0, errno
	}
	return int(result), nil
}
