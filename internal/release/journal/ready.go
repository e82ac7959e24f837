package journal

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"github.com/safeport/safeport/internal/message"
)

// Ready says how a release shows that it serves: what is asked is the port that the user will use.
type Ready struct {
	URL     string        `json:"url,omitempty"`     // "http://127.0.0.1:8080"; empty: the containers' own health is all there is
	Path    string        `json:"path,omitempty"`    // answers 200
	Version string        `json:"version,omitempty"` // answers JSON with "version"
	Within  time.Duration `json:"within"`            // nanoseconds
}

const (
	DefaultWithin = 5 * time.Minute
	askTimeout    = 5 * time.Second
)

// Answers asks whether the service is ready, and makes sure that it is this service in this version: a 200 anybody can
// give.
func (r Ready) Answers(ctx context.Context, version string) error {
	if r.URL == "" {
		return nil
	}
	if r.Path != "" {
		if _, err := get(ctx, r.URL+r.Path); err != nil {
			return err
		}
	}
	if r.Version == "" {
		return nil
	}
	body, err := get(ctx, r.URL+r.Version)
	if err != nil {
		return err
	}
	var said struct {
		Version string `json:"version"`
	}
	if err := json.Unmarshal(body, &said); err != nil || said.Version == "" {
		return message.Errorf("%s reports no version: another program may be responding", r.URL+r.Version)
	}
	if version != "" && !sameVersion(said.Version, version) {
		return Dead("%s reports version %s instead of %s", r.URL+r.Version, said.Version, version)
	}
	return nil
}

// sameVersion compares what a service says with its image's tag, which may be of a whole series: "1.24" is 1.24.6 too.
func sameVersion(said, tag string) bool {
	said, tag = strings.TrimPrefix(said, "v"), strings.TrimPrefix(tag, "v")
	return said == tag || strings.HasPrefix(said, tag+".")
}

// get asks the service itself: by no proxy, on no connection left from an answer before, following nobody elsewhere.
func get(ctx context.Context, url string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	asker := &http.Client{
		Timeout:       askTimeout,
		Transport:     &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	res, err := asker.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, message.Errorf("%s responds with %s", url, res.Status)
	}
	return io.ReadAll(io.LimitReader(res.Body, 1<<16))
}

// Everywhere are the addresses of the host by which a service may be reached. docker-proxy dies with its engine, and then a
// published port is silent on loopback, while rules still send what comes by other addresses to the container.
func (r Ready) Everywhere() []Ready {
	const loopback = "http://127.0.0.1"
	after, onLoopback := strings.CutPrefix(r.URL, loopback)
	switch {
	case r.URL == "":
		return nil
	case !onLoopback:
		return []Ready{r}
	}
	all := []Ready{r}
	addrs, _ := net.InterfaceAddrs() // the one that is known is asked all the same
	for _, a := range addrs {
		prefix, err := netip.ParsePrefix(a.String())
		if err != nil || !prefix.Addr().Is4() || prefix.Addr().IsLoopback() {
			continue
		}
		r.URL = "http://" + prefix.Addr().String() + after
		all = append(all, r)
	}
	return all
}

// DeadError is a release that will not serve however long one waits.
type DeadError struct{ error }

func (e *DeadError) Unwrap() error { return e.error }

func Dead(format string, args ...any) error { return &DeadError{message.Errorf(format, args...)} }
