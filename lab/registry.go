package lab

import (
	"context"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	"github.com/google/go-containerregistry/pkg/v1/remote"
)

// Registry is a registry of images on a host's own loopback, as a mirror or a company's is elsewhere.
type Registry struct {
	Addr string // "127.0.0.1:5000"

	host   *Host
	stored http.Handler
}

// StartRegistry serves a registry until the test ends. What the engine asks of it goes through the handler that front makes
// of it: one may demand a password, or break off.
func (h *Host) StartRegistry(t testing.TB, front func(http.Handler) http.Handler) *Registry {
	t.Helper()
	r := &Registry{Addr: "127.0.0.1:5000", host: h, stored: registry.New(registry.Logger(log.New(io.Discard, "", 0)))}
	var l net.Listener
	if err := h.Do(func() (err error) {
		l, err = net.Listen("tcp4", r.Addr)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: whole(front(r.stored)), ErrorLog: log.New(io.Discard, "", 0)}
	go server.Serve(l)
	t.Cleanup(func() { server.Close() })
	return r
}

// whole leaves the parts that are asked for out of the question: the registry refuses some, and may send all (RFC 9110, 14.2).
// Docker's engine asks so after a download that broke off (API 1.56).
func whole(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Header.Del("Range")
		next.ServeHTTP(w, r)
	})
}

// Push puts an image into the registry, by the back door.
func (r *Registry) Push(ctx context.Context, ref string, image Image) error {
	to, err := name.ParseReference(ref)
	if err != nil {
		return err
	}
	layer, err := standinLayer(r.host.Path("bin", "standin"), image.Capable)
	if err != nil {
		return err
	}
	img, err := image.build(layer)
	if err != nil {
		return err
	}
	return remote.Write(to, img, remote.WithContext(ctx), remote.WithTransport(within{r.stored}))
}

// within asks a server of this very process, over no connection.
type within struct{ http.Handler }

func (w within) RoundTrip(req *http.Request) (*http.Response, error) {
	served := req.Clone(req.Context())
	if served.Body == nil { // as no server ever sees it
		served.Body = http.NoBody
	}
	answer := httptest.NewRecorder()
	w.ServeHTTP(answer, served)
	res := answer.Result()
	res.Request = req
	return res, nil
}
