package release

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/internal/service"
)

// Ready says how a release shows that it serves: what is asked is the port that the user will use.
type Ready struct {
	URL     string        `json:"url,omitempty"`     // "http://127.0.0.1:8080"; empty: the containers' own health is all there is
	Path    string        `json:"path,omitempty"`    // answers 200
	Version string        `json:"version,omitempty"` // answers JSON with "version"
	Within  time.Duration `json:"within"`            // nanoseconds
}

const (
	defaultWithin = 5 * time.Minute
	askTimeout    = 5 * time.Second
)

// readiness finds the address to ask among the ports that are wanted.
func readiness(d *service.Definition, wants []port.Requirement) Ready {
	r := Ready{Within: defaultWithin}
	if d.Ready == nil {
		return r
	}
	if d.Ready.Within > 0 {
		r.Within = d.Ready.Within
	}
	i := slices.IndexFunc(wants, func(w port.Requirement) bool { return w.Name == d.Ready.Port })
	if i < 0 || wants[i].Ports.Len() != 1 {
		return r
	}
	host := wants[i].Addr
	switch {
	case !host.IsValid(), host == netip.IPv4Unspecified():
		host = netip.AddrFrom4([4]byte{127, 0, 0, 1})
	case host == netip.IPv6Unspecified():
		host = netip.IPv6Loopback()
	}
	address := net.JoinHostPort(host.String(), strconv.Itoa(int(wants[i].Ports.First)))
	r.URL, r.Path, r.Version = "http://"+strings.TrimSuffix(address, ":80"), d.Ready.Path, d.Ready.Version
	return r
}

// answers asks whether the service is ready, and makes sure that it is this service in this version: a 200 anybody can
// give.
func (r Ready) answers(ctx context.Context, version string) error {
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
		return message.Errorf("%s tells no version: somebody else may be answering", r.URL+r.Version)
	}
	if version != "" && !sameVersion(said.Version, version) {
		return dead("%s answers as version %s and not as %s", r.URL+r.Version, said.Version, version)
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
		return nil, message.Errorf("%s answers %s", url, res.Status)
	}
	return io.ReadAll(io.LimitReader(res.Body, 1<<16))
}
