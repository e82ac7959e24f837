package lab

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"strings"

	"github.com/moby/moby/client"
)

// podmanClient is a client of Podman's service that reads its networks: Podman 4.3 gives "<nil>" for the address of a gateway
// that is not there, which no client of Docker's takes.
func podmanClient(socket string) (*client.Client, error) {
	return client.New(client.WithHost("unix://"+socket), client.WithHTTPClient(&http.Client{
		CheckRedirect: client.CheckRedirect,
		Transport: withoutNil{&http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "unix", socket)
		}}},
	}))
}

type withoutNil struct{ *http.Transport }

// RoundTrip empties what is "<nil>" in an answer about networks.
func (t withoutNil) RoundTrip(req *http.Request) (*http.Response, error) {
	res, err := t.Transport.RoundTrip(req)
	if err != nil || req.Method != http.MethodGet || !strings.Contains(req.URL.Path, "/networks") {
		return res, err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, err
	}
	for _, none := range []string{`"<nil>"`, `"\u003cnil\u003e"`} {
		text = bytes.ReplaceAll(text, []byte(none), []byte(`""`))
	}
	res.Body, res.ContentLength = io.NopCloser(bytes.NewReader(text)), int64(len(text))
	return res, nil
}
