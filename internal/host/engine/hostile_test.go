package engine

import (
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// endless is an engine that tells of its containers without an end: begin once, and then more again and again.
type endless struct {
	begin, more string
	pause       time.Duration
}

func (e endless) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	if !strings.HasSuffix(req.URL.Path, "/containers/json") {
		recording{"docker-20.10", "1.41"}.ServeHTTP(w, req)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, err := io.WriteString(w, e.begin)
	for err == nil {
		_, err = io.WriteString(w, e.more)
		w.(http.Flusher).Flush()
		if e.pause > 0 {
			time.Sleep(e.pause)
		}
	}
}

// compressed is an engine that tells of its containers in little that becomes much.
func compressed(w http.ResponseWriter, req *http.Request) {
	if !strings.HasSuffix(req.URL.Path, "/containers/json") {
		recording{"docker-20.10", "1.41"}.ServeHTTP(w, req)
		return
	}
	w.Header().Set("Content-Encoding", "gzip")
	z := gzip.NewWriter(w)
	var err error
	for spaces := strings.Repeat(" ", 1<<20); err == nil; {
		_, err = io.WriteString(z, spaces)
	}
}

func TestAnEngineThatNeverEndsFailsWithinItsBounds(t *testing.T) {
	const nonsense = "it does not answer as an engine does: invalid character '\\x1f' looking for beginning of value"
	tests := []struct {
		name   string
		engine http.Handler
		want   string // of the error of an own engine, and of another user's
		others string
	}{
		{"many containers", endless{"[", `{"Id":"` + strings.Repeat("a", 60_000) + `"},`, 0}, "its answers are longer than 64 MB", "its answers are longer than 2 MB"},
		{"nothing again and again", endless{"[", strings.Repeat("null,", 10_000), 0}, "its answers have more than 1048576 values", "its answers have more than 50000 values"},
		{"one name", endless{`[{"Id":"`, strings.Repeat("a", 60_000), 0}, "its answers are longer than 64 MB", "its answers are longer than 2 MB"},
		{"a drop at a time", endless{"[", `{"Id":"a"},`, 10 * time.Millisecond}, "no answer within 3s", "no answer within 1s"},
		{"compressed, though nobody asked for that", http.HandlerFunc(compressed), nonsense, nonsense},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			own := serve(t, tt.engine)
			others := own
			others.Others, others.UID = true, uint32(os.Getuid())
			for e, want := range map[Endpoint]string{own: tt.want, others: tt.others} {
				var before, after runtime.MemStats
				runtime.ReadMemStats(&before)
				a := Ask(context.Background(), e, nobodys)
				runtime.ReadMemStats(&after)
				// A busy machine does not get as far as the bound in bytes.
				late := fmt.Sprintf("no answer within %s", boundsOf(e).time)
				if a.State != Failed || a.Err == nil || a.Err.Error() != want && a.Err.Error() != late {
					t.Errorf("state %d, error %v; want failed: %s", a.State, a.Err, want)
				}
				// All that was allocated, the engine's side with it, and of an own engine the decoder's copies as they grew.
				within := uint64(512 << 20)
				if e.Others {
					within = 64 << 20
				}
				if took := after.TotalAlloc - before.TotalAlloc; took > within && tt.want != tt.others {
					t.Errorf("others %v: %d MB were allocated", e.Others, took>>20)
				}
			}
		})
	}
}

// listenAs makes a socket whose other end is the user's: the kernel keeps who listened.
func listenAs(t *testing.T, uid int, path string) net.Listener {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("SKIPPED: this test needs root, to become another user")
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	become := func(uid int) {
		if _, _, errno := unix.RawSyscall(unix.SYS_SETRESUID, ^uintptr(0), uintptr(uid), ^uintptr(0)); errno != 0 {
			t.Fatalf("becoming user %d: %v", uid, errno)
		}
	}
	become(uid)
	l, err := net.Listen("unix", path)
	become(0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

// hostOfUsers is a root directory with the runtime directories of users.
func hostOfUsers(t *testing.T, uids ...int) string {
	t.Helper()
	root, err := os.MkdirTemp("", "root")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(root) })
	if err := os.Chmod(root, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, uid := range uids {
		dir := fmt.Sprintf("%s/run/user/%d", root, uid)
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Chown(dir, uid, uid); err != nil {
			t.Skipf("SKIPPED: this test needs root: %v", err)
		}
	}
	return root
}

func TestEnginesOfOtherUsersComeLastAndAreTheirs(t *testing.T) {
	root := hostOfUsers(t, 65533, 65534)
	listenAs(t, 65534, root+"/run/user/65534/docker.sock")
	for _, dir := range []string{"/run", "/home/me/.docker/run"} {
		if err := os.MkdirAll(root+dir, 0o755); err != nil {
			t.Fatal(err)
		}
		l, err := net.Listen("unix", root+dir+"/docker.sock")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { l.Close() })
	}
	// A link to somebody else's socket is none of the user's own.
	if err := os.Symlink(root+"/run/docker.sock", root+"/run/user/65533/docker.sock"); err != nil {
		t.Fatal(err)
	}
	if err := unix.Mkfifo(root+"/run/user/podman", 0o666); err != nil {
		t.Fatal(err)
	}
	want := []Endpoint{
		{URL: "unix://" + root + "/run/docker.sock"},
		{URL: "unix://" + root + "/home/me/.docker/run/docker.sock"},
		{URL: "unix://" + root + "/run/user/65534/docker.sock", Others: true, UID: 65534},
	}
	for name, vars := range map[string]map[string]string{
		"as root logs in":            {"HOME": "/home/me"},
		"with what sudo -E has kept": {"HOME": "/home/me", "XDG_RUNTIME_DIR": "/run/user/65534"},
	} {
		got, err := Endpoints("", environment(root, vars))
		if err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s: %v, error %v; want %v", name, got, err, want)
		}
	}
}

func TestAnotherUsersEngineIsAskedOnlyIfItIsThatUsers(t *testing.T) {
	root := hostOfUsers(t, 65533)
	path := root + "/run/user/65533/docker.sock"
	l := listenAs(t, 65534, filepath.Join(hostOfUsers(t, 65534), "run/user/65534/docker.sock"))
	asked := make(chan string, 16)
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) { asked <- req.URL.Path })}
	go server.Serve(l)
	t.Cleanup(func() { server.Close() })
	if err := os.Rename(l.Addr().String(), path); err != nil {
		t.Fatal(err)
	}
	a := Ask(context.Background(), Endpoint{URL: "unix://" + path, Others: true, UID: 65533}, nobodys)
	if a.State != Failed || a.Err == nil || a.Err.Error() != "it is not an engine of user 65533's" {
		t.Errorf("state %d, error %v", a.State, a.Err)
	}
	select {
	case path := <-asked:
		t.Errorf("it was asked for %s", path)
	default:
	}
}

func TestAnotherUsersDaemonHasNoFilesRead(t *testing.T) {
	e := Endpoint{Others: true, UID: 7}
	p := &peer{endpoint: e, known: true, pid: os.Getpid(), uid: 7}
	if d := p.daemon(); d.root != "" {
		t.Errorf("its root is looked into: %+v", d)
	}
}

func TestADaemonsFilesAreRegularOnes(t *testing.T) {
	proc := t.TempDir()
	root := proc + "/812/root"
	if err := os.MkdirAll(root+"/etc/docker", 0o755); err != nil {
		t.Fatal(err)
	}
	if err := unix.Mkfifo(root+"/pipe", 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("/dev/zero", root+"/zero"); err != nil {
		t.Fatal(err)
	}
	for _, arguments := range []string{"--config-file=/pipe", "--config-file=/zero", "--data-root=/zero", "--data-root=/pipe"} {
		if err := os.WriteFile(proc+"/812/cmdline", []byte("dockerd\x00"+arguments+"\x00"), 0o644); err != nil {
			t.Fatal(err)
		}
		done := make(chan dockerd)
		go func() {
			d := readDockerd(proc, 812)
			files := d.files()
			files.close()
			done <- d
		}()
		select {
		case d := <-done:
			if !d.UserlandProxy {
				t.Errorf("%s: %+v", arguments, d)
			}
		case <-time.After(time.Minute):
			t.Fatalf("%s: it is still read", arguments)
		}
	}
}
