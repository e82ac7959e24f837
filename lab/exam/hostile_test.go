package exam

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/safeport/safeport/lab"
	"github.com/safeport/safeport/report"
)

// A user of the host can put any socket where an engine of his own would be, and root's check asks it. Whatever comes, the
// check is over soon, is no larger for it, and says the same as without.
func TestAnotherUsersEngineNeitherHoldsUpNorDecides(t *testing.T) {
	lab.Require(t)
	h := lab.NewHost(t, lab.HostOptions{})
	program := h.Build(t, "github.com/safeport/safeport/cmd/safeport")
	container := func(more string) string {
		return `{"Id":"` + strings.Repeat("a", 64) + `","Names":["/gpustack"],"Image":"gpustack/gpustack:v2.2.2","State":"running",` +
			`"HostConfig":{"NetworkMode":"bridge"},"Ports":[{"IP":"0.0.0.0","PrivatePort":80,"PublicPort":80,"Type":"tcp"}]` + more + `}`
	}
	again := func(begin, more string) func(io.Writer) {
		return func(w io.Writer) {
			_, err := io.WriteString(w, begin)
			for err == nil {
				_, err = io.WriteString(w, more)
			}
		}
	}
	tests := map[string]func(io.Writer){
		"a container of the service that has the port": func(w io.Writer) { io.WriteString(w, "["+container("")+"]") },
		"containers without an end":                    again("[", container("")+","),
		"nulls without an end":                         again("[", strings.Repeat("null,", 10_000)),
		"a name without an end":                        again(`[{"Id":"`, strings.Repeat("a", 60_000)),
		"nothing":                                      func(io.Writer) { time.Sleep(time.Minute) },
		"another document":                             func(w io.Writer) { io.WriteString(w, `{"a":[null,{}]}`) },
	}
	// A process begins with the peak of who started it, which is this test.
	nothing := exec.Command("true")
	if err := nothing.Run(); err != nil {
		t.Fatal(err)
	}
	atLeast := peak(nothing) + 50
	for name, list := range tests {
		t.Run(name, func(t *testing.T) {
			users := hostileEngine(t, h, list)
			ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
			defer cancel()
			script := `mkdir -p /run/user && mount --bind "$1" /run/user && exec "$2" check gpustack -o json`
			cmd := h.Command(ctx, lab.Root, []string{"PATH=" + os.Getenv("PATH")}, "unshare", "-m", "sh", "-c", script, "sh", users, program)
			out, err := cmd.Output()
			var r report.Report
			if json.Unmarshal(out, &r) != nil {
				t.Fatalf("%v: %s", err, out)
			}
			if r.Verdict != report.Warned || r.Situation != "fresh" || len(r.Ports) != 1 || r.Ports[0].Verdict != report.PortFree {
				t.Errorf("%s", out)
			}
			for _, f := range r.Findings {
				if f.Code == report.SourceFailed && f.Severity != report.Info {
					t.Errorf("it weighs as %s that %s", f.Severity, f.Message)
				}
			}
			if took := peak(cmd); took > max(150, atLeast) {
				t.Errorf("the check took %d MB", took)
			}
		})
	}
}

// peak is how much memory a command that has ended took at most, in MB.
func peak(cmd *exec.Cmd) int64 { return cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss >> 10 }

// hostileEngine answers as the engine of Somebody, whose list of containers is what list writes, and returns what is to be
// /run/user.
func hostileEngine(t *testing.T, h *lab.Host, list func(io.Writer)) (users string) {
	t.Helper()
	users, err := os.MkdirTemp("", "users") // a socket's path is at most 107 bytes
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(users) })
	own := filepath.Join(users, fmt.Sprint(lab.Somebody.UID))
	err = errors.Join(os.Chmod(users, 0o755), os.Mkdir(own, 0o755), os.Chown(own, int(lab.Somebody.UID), -1))
	if err != nil {
		t.Fatal(err)
	}
	// Who listened is who the kernel says is at the other end.
	runtime.LockOSThread()
	become := func(uid uint32) {
		if _, _, errno := unix.RawSyscall(unix.SYS_SETRESUID, ^uintptr(0), uintptr(uid), ^uintptr(0)); errno != 0 {
			t.Fatal(errno)
		}
	}
	become(lab.Somebody.UID)
	l, err := net.Listen("unix", filepath.Join(own, "docker.sock"))
	become(0)
	runtime.UnlockOSThread()
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		w.Header().Set("Api-Version", "1.41")
		w.Header().Set("Content-Type", "application/json")
		switch {
		case strings.HasSuffix(req.URL.Path, "/version"):
			io.WriteString(w, `{"Version":"24.0","ApiVersion":"1.41"}`)
		case strings.HasSuffix(req.URL.Path, "/containers/json"):
			list(w)
		case strings.Contains(req.URL.Path, "/containers/"):
			io.WriteString(w, `{"Id":"`+strings.Repeat("a", 64)+`","Config":{"Image":"gpustack/gpustack:v2.2.2"}}`)
		}
	})}
	go server.Serve(l)
	t.Cleanup(func() { server.Close() })
	return users
}
