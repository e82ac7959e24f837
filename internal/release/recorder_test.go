package release_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"regexp"
	"strings"
	"sync"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"
)

// recorder stands before the engine's socket and writes down what is asked of it.
type recorder struct {
	mu      sync.Mutex
	created []container.HostConfig // of the containers that were to be made
	updates int
	wrong   []string
}

var updated = regexp.MustCompile(`/containers/([^/]+)/update$`)

// record puts a recorder between safeport and the engine.
func (b *bench) record() *recorder {
	b.Helper()
	r := &recorder{}
	path := b.Path("recorder.sock")
	l, err := net.Listen("unix", path)
	if err != nil {
		b.Fatal(err)
	}
	socket := strings.TrimPrefix(b.engine.Endpoint, "unix://")
	proxy := &httputil.ReverseProxy{
		Rewrite: func(p *httputil.ProxyRequest) { p.Out.URL.Scheme, p.Out.URL.Host = "http", "engine" },
		Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, "unix", socket)
		}},
		FlushInterval: -1,
	}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		r.note(b, req)
		proxy.ServeHTTP(w, req)
	})}
	go server.Serve(l)
	b.Cleanup(func() { server.Close() })
	b.endpoint = "unix://" + path
	return r
}

// note writes a request down. It is asked of the engine in the moment before, whether a container runs that is to be changed.
func (r *recorder) note(b *bench, req *http.Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if strings.HasSuffix(req.URL.Path, "/containers/create") {
		body, err := io.ReadAll(req.Body)
		req.Body = io.NopCloser(bytes.NewReader(body))
		var asked struct{ HostConfig container.HostConfig }
		if err == nil {
			err = json.Unmarshal(body, &asked)
		}
		if err != nil {
			r.wrong = append(r.wrong, err.Error())
		}
		r.created = append(r.created, asked.HostConfig)
	}
	if m := updated.FindStringSubmatch(req.URL.Path); m != nil {
		r.updates++
		c, err := b.engine.ContainerInspect(context.Background(), m[1], client.ContainerInspectOptions{})
		if err != nil || c.Container.State.Running {
			r.wrong = append(r.wrong, req.URL.Path+": the container runs")
		}
	}
}

// last is what the container made last was to be.
func (r *recorder) last() container.HostConfig {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.created) == 0 {
		return container.HostConfig{}
	}
	return r.created[len(r.created)-1]
}
