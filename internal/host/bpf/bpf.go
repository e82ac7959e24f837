// Package bpf asks the kernel which BPF programs are attached to something, and how their authors call them. What a program
// does cannot be read. It has one program of its own, which lists the sockets that processes have open.
package bpf

import (
	"errors"
	"runtime"
	"unsafe"

	"golang.org/x/sys/unix"
)

// maxPrograms bounds the programs that are listed; the kernel itself takes no more than 64 at one place.
const maxPrograms = 64

// Attached are the ids of the programs at a place, in the order in which they run. The target is what the kind of attachment
// asks for: a descriptor of a control group or a network namespace, or the number of a network device. It takes
// CAP_NET_ADMIN. A kernel that does not know the attachment has no program there.
func Attached(target, attachment uint32) ([]uint32, error) {
	ids := make([]uint32, maxPrograms)
	// The part of union bpf_attr that BPF_PROG_QUERY has.
	query := struct {
		target, attachType, queryFlags, attachFlags uint32
		ids                                         uint64
		count, _                                    uint32
		_                                           [4]uint64 // the query for devices writes to the last, whatever the size (kernel 6.6)
	}{target: target, attachType: attachment, ids: uint64(uintptr(unsafe.Pointer(&ids[0]))), count: maxPrograms}
	_, err := call(unix.BPF_PROG_QUERY, unsafe.Pointer(&query), unsafe.Sizeof(query))
	runtime.KeepAlive(ids)
	switch {
	case errors.Is(err, unix.EINVAL) || errors.Is(err, unix.ENOSYS):
		return nil, nil
	case err != nil:
		return nil, err
	}
	return ids[:min(query.count, maxPrograms)], nil
}

// Name is what the author of a program calls it; empty where it has no name, or is gone. Asking takes CAP_SYS_ADMIN.
func Name(id uint32) string {
	byID := struct{ id, next, flags uint32 }{id: id}
	fd, err := call(unix.BPF_PROG_GET_FD_BY_ID, unsafe.Pointer(&byID), unsafe.Sizeof(byID))
	if err != nil {
		return ""
	}
	defer unix.Close(fd)
	var info programInfo
	ask := struct {
		fd, size uint32
		info     uint64
	}{fd: uint32(fd), size: uint32(unsafe.Sizeof(info)), info: uint64(uintptr(unsafe.Pointer(&info)))}
	_, err = call(unix.BPF_OBJ_GET_INFO_BY_FD, unsafe.Pointer(&ask), unsafe.Sizeof(ask))
	runtime.KeepAlive(&info)
	if err != nil {
		return ""
	}
	return info.programName()
}

// programInfo is the beginning of struct bpf_prog_info, up to the name.
type programInfo [80]byte

const nameAt = 64

// programName ends at a zero, or where the field does.
func (i *programInfo) programName() string { return unix.ByteSliceToString(i[nameAt:]) }

func call(command int, attr unsafe.Pointer, size uintptr) (int, error) {
	result, _, errno := unix.Syscall(unix.SYS_BPF, uintptr(command), uintptr(attr), size)
	if errno != 0 {
		return 0, errno
	}
	return int(result), nil
}
