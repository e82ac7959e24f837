package engine

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/moby/moby/client"

	"github.com/safeport/safeport/internal/message"
)

// bounds are how much an engine may answer to one question, and how long that may take. What it does, and does not only tell, takes as
// long as it takes: a pull, a stop, an archive.
type bounds struct {
	bytes  int64
	within time.Duration
}

// usual are more than a host with thousands of containers needs, and longer than Podman takes on a busy one.
func usual() bounds { return bounds{256 << 20, 2 * time.Minute} }

// options make a client of which the answers are bounded, also those that Compose asks for. An engine that is spoken to by TCP has
// certificates that the client itself takes care of: it is let be.
func (b bounds) options(endpoint string) []client.Opt {
	path, ok := strings.CutPrefix(endpoint, "unix://")
	if !ok {
		return nil
	}
	return []client.Opt{client.WithHTTPClient(&http.Client{
		CheckRedirect: client.CheckRedirect,
		Transport: &boundedTransport{bounds: b, Transport: &http.Transport{
			MaxIdleConns: 6, IdleConnTimeout: 30 * time.Second, DisableCompression: true,
			DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
				return (&net.Dialer{Timeout: EngineTimeout}).DialContext(ctx, "unix", path)
			},
		}},
	})}
}

type boundedTransport struct {
	bounds
	*http.Transport
}

// RoundTrip bounds the text of an answer.
func (t *boundedTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	res, err := t.Transport.RoundTrip(req)
	if err != nil || !strings.HasPrefix(res.Header.Get("Content-Type"), "application/json") || streams(req.URL.Path) {
		return res, err
	}
	answer := &boundedAnswer{ReadCloser: res.Body, left: t.bytes}
	if req.Method == http.MethodGet {
		whole := res.Body
		answer.end = time.AfterFunc(t.within, func() { whole.Close() })
	}
	res.Body = answer
	if req.Method == http.MethodGet && strings.Contains(req.URL.Path, "/networks") {
		return withoutNil(res)
	}
	return res, nil
}

// withoutNil takes "<nil>" out of an answer, by which Podman 4.3 tells the address of a gateway that is not there, and which no client of
// Docker's reads.
func withoutNil(res *http.Response) (*http.Response, error) {
	text, err := io.ReadAll(res.Body)
	if err := errors.Join(err, res.Body.Close()); err != nil {
		return nil, err
	}
	for _, none := range []string{`"<nil>"`, `"\u003cnil\u003e"`} {
		text = bytes.ReplaceAll(text, []byte(none), []byte(`""`))
	}
	res.Body, res.ContentLength = io.NopCloser(bytes.NewReader(text)), int64(len(text))
	return res, nil
}

// streams says whether an answer goes on for as long as what it tells of.
func streams(path string) bool {
	for _, end := range []string{"/events", "/images/create", "/images/load", "/build", "/wait", "/logs", "/stats"} {
		if strings.HasSuffix(path, end) {
			return true
		}
	}
	return false
}

type boundedAnswer struct {
	io.ReadCloser
	left int64
	end  *time.Timer // nil: it may take as long as it does
}

func (a *boundedAnswer) Read(p []byte) (int, error) {
	if a.left <= 0 {
		return 0, message.Errorf("the engine's answer is too long")
	}
	n, err := a.ReadCloser.Read(p[:min(int64(len(p)), a.left)])
	a.left -= int64(n)
	return n, err
}

func (a *boundedAnswer) Close() error {
	if a.end != nil {
		a.end.Stop()
	}
	return a.ReadCloser.Close()
}

// punctual is an engine's client whose questions have an end, also when the engine takes them and says nothing.
type punctual struct {
	client.APIClient
	within time.Duration
}

func (c punctual) ContainerInspect(ctx context.Context, id string, o client.ContainerInspectOptions) (client.ContainerInspectResult, error) {
	ctx, cancel := context.WithTimeout(ctx, c.within)
	defer cancel()
	return c.APIClient.ContainerInspect(ctx, id, o)
}

func (c punctual) ContainerList(ctx context.Context, o client.ContainerListOptions) (client.ContainerListResult, error) {
	ctx, cancel := context.WithTimeout(ctx, c.within)
	defer cancel()
	return c.APIClient.ContainerList(ctx, o)
}

func (c punctual) ContainerDiff(ctx context.Context, id string, o client.ContainerDiffOptions) (client.ContainerDiffResult, error) {
	ctx, cancel := context.WithTimeout(ctx, c.within)
	defer cancel()
	return c.APIClient.ContainerDiff(ctx, id, o)
}

func (c punctual) ContainerStatPath(ctx context.Context, id string, o client.ContainerStatPathOptions) (client.ContainerStatPathResult, error) {
	ctx, cancel := context.WithTimeout(ctx, c.within)
	defer cancel()
	return c.APIClient.ContainerStatPath(ctx, id, o)
}

func (c punctual) ImageInspect(ctx context.Context, image string, o ...client.ImageInspectOption) (client.ImageInspectResult, error) {
	ctx, cancel := context.WithTimeout(ctx, c.within)
	defer cancel()
	return c.APIClient.ImageInspect(ctx, image, o...)
}

func (c punctual) VolumeInspect(ctx context.Context, name string, o client.VolumeInspectOptions) (client.VolumeInspectResult, error) {
	ctx, cancel := context.WithTimeout(ctx, c.within)
	defer cancel()
	return c.APIClient.VolumeInspect(ctx, name, o)
}

func (c punctual) VolumeList(ctx context.Context, o client.VolumeListOptions) (client.VolumeListResult, error) {
	ctx, cancel := context.WithTimeout(ctx, c.within)
	defer cancel()
	return c.APIClient.VolumeList(ctx, o)
}

func (c punctual) NetworkInspect(ctx context.Context, name string, o client.NetworkInspectOptions) (client.NetworkInspectResult, error) {
	ctx, cancel := context.WithTimeout(ctx, c.within)
	defer cancel()
	return c.APIClient.NetworkInspect(ctx, name, o)
}

func (c punctual) NetworkList(ctx context.Context, o client.NetworkListOptions) (client.NetworkListResult, error) {
	ctx, cancel := context.WithTimeout(ctx, c.within)
	defer cancel()
	return c.APIClient.NetworkList(ctx, o)
}

func (c punctual) ServerVersion(ctx context.Context, o client.ServerVersionOptions) (client.ServerVersionResult, error) {
	ctx, cancel := context.WithTimeout(ctx, c.within)
	defer cancel()
	return c.APIClient.ServerVersion(ctx, o)
}

func (c punctual) Info(ctx context.Context, o client.InfoOptions) (client.SystemInfoResult, error) {
	ctx, cancel := context.WithTimeout(ctx, c.within)
	defer cancel()
	return c.APIClient.Info(ctx, o)
}
