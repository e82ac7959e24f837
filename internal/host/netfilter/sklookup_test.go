package netfilter

import (
	"os"
	"runtime"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/sockettest"
)

func TestAnSKLookupProgramIsSeen(t *testing.T) {
	sockettest.InNamespace(t, func() {
		if n, err := readSteering("/proc"); err != nil || n != 0 {
			t.Errorf("%d programs, %v", n, err)
		}
		release, err := attachPass()
		if err != nil {
			t.Errorf("attaching a program: %v", err)
			return
		}
		defer release()
		r := &Rules{}
		if r.programs, err = readSteering("/proc"); err != nil || r.programs != 1 {
			t.Errorf("%d programs, %v; want 1", r.programs, err)
		}
		if got := r.Redirected(bind("8080")); len(got) != 1 || got[0].Rule.Backend != facts.SKLookup || !got[0].Rule.Some {
			t.Errorf("claims %+v", got)
		}
	})
}

// attachPass attaches a program that lets every connection go where it would.
func attachPass() (release func(), err error) {
	namespace, err := os.Open("/proc/thread-self/ns/net")
	if err != nil {
		return nil, err
	}
	defer namespace.Close()
	return attach(unix.BPF_PROG_TYPE_SK_LOOKUP, unix.BPF_SK_LOOKUP, uint32(namespace.Fd()), 0, 1)
}

// attach attaches a program that answers with a number.
func attach(kind, attachment, target, flags uint32, result int32) (release func(), err error) {
	program, err := load(kind, attachment, result)
	if err != nil {
		return nil, err
	}
	defer unix.Close(program)
	link := [4]uint32{uint32(program), target, attachment, flags}
	fd, _, errno := unix.Syscall(unix.SYS_BPF, unix.BPF_LINK_CREATE, uintptr(unsafe.Pointer(&link)), unsafe.Sizeof(link))
	if errno != 0 {
		return nil, errno
	}
	return func() { unix.Close(int(fd)) }, nil
}

// load loads such a program.
func load(kind, attachment uint32, result int32) (program int, err error) {
	const move, exit = 0xb7, 0x95 // r0 = result; return
	instructions := [2][8]byte{{move, 0, 0, 0, byte(result), byte(result >> 8), byte(result >> 16), byte(result >> 24)}, {exit}}
	license := [4]byte{'G', 'P', 'L'}
	load := struct {
		kind, count           uint32
		instructions, license uint64
		_                     [4]uint32
		_                     [2]uint32
		name                  [16]byte
		_, attachType         uint32
	}{
		kind: kind, count: 2, attachType: attachment,
		instructions: uint64(uintptr(unsafe.Pointer(&instructions))), license: uint64(uintptr(unsafe.Pointer(&license))),
	}
	copy(load.name[:], "exam_fw")
	fd, _, errno := unix.Syscall(unix.SYS_BPF, unix.BPF_PROG_LOAD, uintptr(unsafe.Pointer(&load)), unsafe.Sizeof(load))
	runtime.KeepAlive(&instructions)
	runtime.KeepAlive(&license)
	if errno != 0 {
		return 0, errno
	}
	return int(fd), nil
}
