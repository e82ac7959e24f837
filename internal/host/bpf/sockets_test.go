package bpf

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// TestTheKernelListsWhoHasSocketsOpen compares the kernel's list of this process with its links in /proc.
func TestTheKernelListsWhoHasSocketsOpen(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	pair, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(pair[0])
	defer unix.Close(pair[1])
	list, err := Sockets()
	if err != nil {
		t.Skipf("SKIPPED: this kernel does not list them to this user: %v", err)
	}
	listed := map[string]bool{}
	for _, o := range list {
		if int(o.PID) == os.Getpid() {
			listed[fmt.Sprintf("socket:[%d]", o.Inode)] = true
		}
	}
	found := 0
	links, _ := filepath.Glob("/proc/self/fd/*")
	for _, link := range links {
		if target, _ := os.Readlink(link); strings.HasPrefix(target, "socket:") {
			found++
			if !listed[target] {
				t.Errorf("%s is not listed", target)
			}
		}
	}
	if found < 3 || len(listed) != found {
		t.Errorf("%d sockets are listed, /proc has %d", len(listed), found)
	}
}

// What cannot be read as a description of the kernel's types is refused: nothing is loaded with a place that was guessed.
func TestAKernelThatIsNotDescribedIsRefused(t *testing.T) {
	if _, _, err := socketProgram(filepath.Join(t.TempDir(), "vmlinux")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("without a description: %v", err)
	}
	whole, err := os.ReadFile("/sys/kernel/btf/vmlinux")
	if err != nil {
		t.Skipf("SKIPPED: this kernel has no description: %v", err)
	}
	for _, size := range []int{1, 23, 24, 1000, len(whole) - 1} {
		file := filepath.Join(t.TempDir(), "vmlinux")
		if err := os.WriteFile(file, whole[:size], 0o644); err != nil {
			t.Fatal(err)
		}
		if _, _, err := socketProgram(file); err == nil {
			t.Errorf("%d bytes of it are taken for all", size)
		}
	}
}

func FuzzKernelTypes(f *testing.F) {
	header := []byte{0x9f, 0xeb, 1, 0, 24, 0, 0, 0, 0, 0, 0, 0, 12, 0, 0, 0, 12, 0, 0, 0, 6, 0, 0, 0}
	f.Add(append(header, "\x01\x00\x00\x00\x01\x00\x00\x04\x08\x00\x00\x00\x00file\x00"...))
	f.Fuzz(func(t *testing.T, text []byte) {
		var k kernelTypes
		if k.split(text) != nil {
			return
		}
		file := wanted{kind: kindStruct, name: "file"}
		if k.find(&file) == nil {
			k.offset(&file, "f_inode")
		}
	})
}
