package engine

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/sockettest"
)

func nobodys(facts.Container) bool { return false }

// serve answers on a Unix socket, as an engine does.
func serve(t *testing.T, h http.Handler) Endpoint {
	t.Helper()
	dir, err := os.MkdirTemp("", "engine") // a socket's path is at most 107 bytes, and t.TempDir's are long
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "e.sock")
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: h}
	go server.Serve(l)
	t.Cleanup(func() { server.Close() })
	return Endpoint{URL: "unix://" + path}
}

func (e Endpoint) path(t *testing.T) string {
	t.Helper()
	path, ok := e.socket()
	if !ok {
		t.Fatalf("%s is no socket", e.URL)
	}
	return path
}

func TestAnEngineThatIsNotThereIsAbsent(t *testing.T) {
	e := serve(t, http.NotFoundHandler())
	left := e.path(t) + ".left" // a socket file without anybody behind it, as after a crash
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: left})
	if err != nil {
		t.Fatal(err)
	}
	l.SetUnlinkOnClose(false)
	l.Close()
	for name, path := range map[string]string{"no file": e.path(t) + ".none", "a file that nobody listens on": left} {
		t.Run(name, func(t *testing.T) {
			if a := Ask(context.Background(), Endpoint{URL: "unix://" + path}, nobodys); a.State != Absent || a.Err != nil {
				t.Errorf("state %d, error %v; want absent", a.State, a.Err)
			}
		})
	}
}

func TestAnEngineOfOthersRefuses(t *testing.T) {
	e := serve(t, recording{"docker-20.10", "1.41"})
	if err := os.Chmod(e.path(t), 0o600); err != nil {
		t.Fatal(err)
	}
	// The connection is made by a goroutine of net/http's own, so the whole process has to be the other user.
	sockettest.ProcessAsNobody(t, func() {
		if a := Ask(context.Background(), e, nobodys); a.State != Refused || a.Err == nil || a.Err.Error() != "permission denied" {
			t.Errorf("state %d, error %v; want refused", a.State, a.Err)
		}
	})
}

func TestAnEngineThatHangsFails(t *testing.T) {
	for _, path := range []string{"/_ping", "/version", "/containers/json"} {
		t.Run("at "+path, func(t *testing.T) {
			e := serve(t, http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
				if strings.HasSuffix(req.URL.Path, path) {
					<-req.Context().Done()
					return
				}
				recording{"docker-20.10", "1.41"}.ServeHTTP(w, req)
			}))
			// Sooner than Deadline, which would be a long test.
			ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
			defer cancel()
			start := time.Now()
			if a := Ask(ctx, e, nobodys); a.State != Failed || a.Err == nil {
				t.Errorf("state %d, error %v; want failed", a.State, a.Err)
			}
			if took := time.Since(start); took > Deadline {
				t.Errorf("it took %v", took)
			}
		})
	}
}

func TestAnEngineThatTalksNonsenseFails(t *testing.T) {
	whenAsked := func(path string, answer http.HandlerFunc) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			if strings.HasSuffix(req.URL.Path, path) {
				answer(w, req)
				return
			}
			recording{"docker-20.10", "1.41"}.ServeHTTP(w, req)
		})
	}
	say := func(status int, text string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(status)
			fmt.Fprint(w, text)
		}
	}
	tests := []struct {
		name   string
		engine http.Handler
	}{
		{"a list that is no JSON", whenAsked("/containers/json", say(200, "<html>nginx</html>"))},
		{"a list that is another JSON", whenAsked("/containers/json", say(200, `{"containers":{}}`))},
		{"a list that breaks off", whenAsked("/containers/json", say(200, `[{"Id":"1","Names":["/we`))},
		{"a list of the wrong types", whenAsked("/containers/json", say(200, `[{"Ports":[{"PublicPort":-1}]}]`))},
		{"500 for the list", whenAsked("/containers/json", say(500, `{"message":"database is locked"}`))},
		{"500 for the version", whenAsked("/version", say(500, "oops"))},
		{"an API that is too old", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Api-Version", "1.24") })},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if a := Ask(context.Background(), serve(t, tt.engine), nobodys); a.State != Failed || a.Err == nil {
				t.Errorf("state %d, error %v, containers %v; want failed", a.State, a.Err, a.Containers)
			}
		})
	}
	t.Run("500 for one container", func(t *testing.T) {
		id := "/containers/a4199cf36053adf79aff86988acb7b8bf3384005638e8ee86709612f7dd3df0a/json"
		a := Ask(context.Background(), serve(t, whenAsked(id, say(500, `{"message":"layer is missing"}`))), nobodys)
		if a.State != Answering || a.Partial == nil || !strings.Contains(a.Partial.Error(), "gpustack") || len(a.Containers) != 5 {
			t.Errorf("state %d, partly %v, %d containers; want the others, and the one named", a.State, a.Partial, len(a.Containers))
		}
	})
}

func TestAMegabyteOfTextIsTakenAsItIs(t *testing.T) {
	long := strings.Repeat("x", 1<<20)
	e := serve(t, http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if strings.HasSuffix(req.URL.Path, "/containers/json") {
			fmt.Fprintf(w, `[{"Id":"1","Names":["/%s"],"Image":"%s","State":"running","HostConfig":{"NetworkMode":"bridge"},"Labels":{"%s":"x"}}]`, long, long, long)
			return
		}
		recording{"docker-20.10", "1.41"}.ServeHTTP(w, req)
	}))
	a := Ask(context.Background(), e, nobodys)
	if a.State != Answering || len(a.Containers) != 1 || a.Containers[0].Name != long {
		t.Errorf("state %d, error %v, %d containers", a.State, a.Err, len(a.Containers))
	}
}

func TestARemoteEngineIsNotAsked(t *testing.T) {
	for _, url := range []string{"tcp://192.0.2.1:2375", "ssh://root@example.com"} {
		if a := Ask(context.Background(), Endpoint{URL: url}, nobodys); a.State != Remote || a.Err != nil {
			t.Errorf("%s: state %d, error %v; want remote", url, a.State, a.Err)
		}
	}
}
