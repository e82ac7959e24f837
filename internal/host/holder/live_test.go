package holder

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/host/sockets"
	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/internal/sockettest"
)

// listenFor makes the test binary a program that has a port: it prints it, and ends with its standard input.
const listenFor = "HOLDER_TEST_LISTENS"

func TestMain(m *testing.M) {
	if os.Getenv(listenFor) == "" {
		os.Exit(m.Run())
	}
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(l.Addr().(*net.TCPAddr).Port)
	io.Copy(io.Discard, os.Stdin)
	l.Close()
}

// program starts a process that has a port, and returns its pid and the port.
func program(t *testing.T, attributes *syscall.SysProcAttr) (pid int, n uint16) {
	t.Helper()
	c := exec.Command("/proc/self/exe")
	c.Env, c.SysProcAttr, c.Stderr = append(os.Environ(), listenFor+"=me"), attributes, os.Stderr
	in, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		c.Wait()
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	number, err := strconv.ParseUint(strings.TrimSpace(line), 10, 16)
	if err != nil {
		t.Fatal(err)
	}
	return c.Process.Pid, uint16(number)
}

// listener asks the kernel for the socket that listens on a port.
func listener(t *testing.T, n uint16) []facts.PortUse {
	t.Helper()
	table := sockets.Open("/proc")
	defer table.Close()
	found, err := table.Holders(port.TCP, []port.Range{port.Single(n)})
	if err != nil || len(found) != 1 {
		t.Fatalf("port %d: found %+v and %v, want one listener", n, found, err)
	}
	return found
}

func TestFillNamesThisTest(t *testing.T) {
	found := listener(t, sockettest.Hold(t, sockettest.Server(port.AnyV4, 0)).Port)
	Open("/proc").Fill(found)
	if p := found[0].Process; p == nil || p.PID != os.Getpid() {
		t.Errorf("got %+v, want pid %d", p, os.Getpid())
	}
}

func TestFillNamesAnotherProcess(t *testing.T) {
	pid, n := program(t, nil)
	found := listener(t, n)
	Open("/proc").Fill(found)
	if p := found[0].Process; p == nil || p.PID != pid {
		t.Errorf("got %+v, want pid %d", p, pid)
	}
}

func TestFillNamesTheParentThatSharesTheSocket(t *testing.T) {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	file, err := l.(*net.TCPListener).File()
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	child := exec.Command("sleep", "60")
	child.ExtraFiles = []*os.File{file}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		child.Process.Kill()
		child.Wait()
	})
	var st unix.Stat_t
	if err := unix.Fstat(int(file.Fd()), &st); err != nil {
		t.Fatal(err)
	}
	if !shares("/proc", child.Process.Pid, uint32(st.Ino)) {
		t.Fatal("the child does not have the socket, so this test shows nothing")
	}
	if got, _ := Open("/proc").topmost(child.Process.Pid, uint32(st.Ino), false); got != os.Getpid() {
		t.Errorf("from the child %d it is %d, want this test, %d", child.Process.Pid, got, os.Getpid())
	}
}

func TestAHolderIsFoundByTheCgroupOfItsSocket(t *testing.T) {
	mount, dir := unit(t)
	fd, err := unix.Open(dir, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fd)
	pid, n := program(t, &syscall.SysProcAttr{UseCgroupFD: true, CgroupFD: fd})
	found := listener(t, n)
	socket, path := found[0].Socket, strings.TrimPrefix(dir, mount)

	f := Open("/proc")
	if got := f.cgroups.path(socket.CgroupID); got != path {
		t.Fatalf("cgroup %d is %q, want %q", socket.CgroupID, got, path)
	}
	if got := f.cgroups.byWalk(socket.CgroupID); got != path {
		t.Errorf("by walking the tree it is %q, want %q", got, path)
	}
	sockettest.AsNobody(t, func() {
		if got := Open("/proc").cgroups.path(socket.CgroupID); got != path {
			t.Errorf("for a user without rights it is %q, want %q", got, path)
		}
	})
	if got := f.inCgroup(path, []uint32{socket.Inode})[socket.Inode]; got != pid {
		t.Errorf("in the cgroup pid %d has the socket, want %d", got, pid)
	}
	f.Fill(found)
	if c := found[0]; c.Unit != filepath.Base(dir) || c.Cgroup != path || c.Process == nil || c.Process.PID != pid {
		t.Errorf("got %+v by %+v, want pid %d of %s", c, c.Process, pid, filepath.Base(dir))
	}
}

// unit makes a cgroup as systemd would for a service.
func unit(t *testing.T) (mount, dir string) {
	t.Helper()
	mount = CgroupMount("/proc")
	if mount == "" || os.Geteuid() != 0 {
		t.Skip("SKIPPED: this test needs root and a cgroup2 mount, to make a cgroup")
	}
	dir = filepath.Join(mount, fmt.Sprintf("safeport-test-%d.service", os.Getpid()))
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Skipf("SKIPPED: this test needs a cgroup of its own: %v", err)
	}
	t.Cleanup(func() {
		if err := os.Remove(dir); err != nil {
			t.Error(err)
		}
	})
	return mount, dir
}

func TestACgroupThatIsGoneIsNobodys(t *testing.T) {
	if got := Open("/proc").cgroups.path(1<<63 - 1); got != "" {
		t.Errorf("got %q", got)
	}
}
