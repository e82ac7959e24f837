package release_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"os"
	"regexp"
	"strings"
	"time"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"

	"github.com/safeport/safeport/lab"
)

// request is what a recorder has seen asked of the engine.
type request struct {
	Created *container.HostConfig // a container was to be made
	Updated string                // a container was to be updated
	Running bool                  // it ran in that moment
}

const (
	recorderSocket = "RECORDER_SOCKET"
	recorderEngine = "RECORDER_ENGINE"
	recorderLog    = "RECORDER_LOG"
)

// record puts a recorder between safeport and the engine: this program once more, as a process on the test's host, for
// safeport looks at the network of who answers. What it returns reads what was seen so far.
func (b *bench) record() func() []request {
	b.Helper()
	path, log := b.Path("recorder.sock"), b.Path("recorder.log")
	cmd := b.Command(context.Background(), lab.Root, []string{recorderSocket + "=" + path,
		recorderEngine + "=" + b.engine.Endpoint, recorderLog + "=" + log}, os.Args[0])
	cmd.Stderr = os.Stderr
	if err := b.Do(cmd.Start); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		if _, err := os.Stat(path); err == nil {
			break
		} else if time.Now().After(end) {
			b.Fatal("the recorder does not stand")
		}
	}
	b.endpoint = "unix://" + path
	return func() (list []request) {
		b.Helper()
		text, err := os.ReadFile(log)
		if err != nil {
			b.Fatal(err)
		}
		for d := json.NewDecoder(bytes.NewReader(text)); ; {
			var r request
			if err := d.Decode(&r); errors.Is(err, io.EOF) {
				return list
			} else if err != nil {
				b.Fatal(err)
			}
			list = append(list, r)
		}
	}
}

// lastCreated is what the container made last was to be.
func lastCreated(list []request) (h container.HostConfig) {
	for _, r := range list {
		if r.Created != nil {
			h = *r.Created
		}
	}
	return h
}

// runRecorder is the recorder's process.
func runRecorder() error {
	endpoint := os.Getenv(recorderEngine)
	engine, err := client.New(client.WithHost(endpoint))
	if err != nil {
		return err
	}
	log, err := os.Create(os.Getenv(recorderLog))
	if err != nil {
		return err
	}
	l, err := net.Listen("unix", os.Getenv(recorderSocket))
	if err != nil {
		return err
	}
	proxy := &httputil.ReverseProxy{
		Rewrite: func(p *httputil.ProxyRequest) { p.Out.URL.Scheme, p.Out.URL.Host = "http", "engine" },
		Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, "unix", strings.TrimPrefix(endpoint, "unix://"))
		}},
		FlushInterval: -1,
	}
	return http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		r, err := see(engine, req)
		if err == nil && r != nil {
			var line []byte
			if line, err = json.Marshal(r); err == nil {
				_, err = log.Write(append(line, '\n'))
			}
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, "recorder:", err)
		}
		proxy.ServeHTTP(w, req)
	}))
}

var update = regexp.MustCompile(`/containers/([^/]+)/update$`)

// see reads a request before it goes on to the engine; nil if it is of no interest.
func see(engine *client.Client, req *http.Request) (*request, error) {
	if strings.HasSuffix(req.URL.Path, "/containers/create") {
		body, err := io.ReadAll(req.Body)
		req.Body = io.NopCloser(bytes.NewReader(body))
		var asked struct{ HostConfig container.HostConfig }
		if err == nil {
			err = json.Unmarshal(body, &asked)
		}
		return &request{Created: &asked.HostConfig}, err
	}
	if m := update.FindStringSubmatch(req.URL.Path); m != nil {
		c, err := engine.ContainerInspect(req.Context(), m[1], client.ContainerInspectOptions{})
		if err != nil {
			return nil, err
		}
		return &request{Updated: m[1], Running: c.Container.State.Running}, nil
	}
	return nil, nil
}
