package engine

import (
	"context"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	cerrdefs "github.com/containerd/errdefs"
	"github.com/distribution/reference"
	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/remote"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/settings"
)

// maxTags bounds what is said of a repository's tags, and the others what is read of them: the answer is only a help with an
// error, and comes from a stranger.
const (
	maxTags      = 5
	tagsWithin   = 10 * time.Second
	maxTagsBytes = 4 << 20
)

// absent says whether an engine was told that the registry has no such tag: "manifest unknown" (Docker), "not found" (Docker
// with containerd's store), "name unknown" (Podman, of a repository).
func absent(err error) bool {
	text := err.Error()
	return cerrdefs.IsNotFound(err) || strings.Contains(text, "manifest unknown") || strings.Contains(text, "name unknown") ||
		strings.HasSuffix(strings.TrimSpace(text), "not found")
}

// others says of an image that its registry does not have which versions of it there are. Without an answer of the registry,
// which the engine may reach by ways that only it knows, it says what the engine said.
func (c credentials) others(ctx context.Context, image string, err error) error {
	failed := message.Errorf("pulling image %s: %w", image, err)
	named, parseErr := reference.ParseNormalizedNamed(image)
	tagged, ok := named.(reference.Tagged)
	if parseErr != nil || !ok {
		return failed
	}
	tags, listErr := c.tags(ctx, named)
	if listErr != nil || slices.Contains(tags, tagged.Tag()) {
		return failed
	}
	newest := newestOf(tags)
	if len(newest) == 0 {
		return failed
	}
	if len(newest) == len(tags) {
		return message.Errorf("%s has no tag %s. Available: %s", reference.FamiliarName(named), tagged.Tag(), strings.Join(newest, ", "))
	}
	return message.Errorf("%s has no tag %s. Available: %s and %d more", reference.FamiliarName(named), tagged.Tag(),
		strings.Join(newest, ", "), len(tags)-len(newest))
}

// tags asks the registry for all tags of a repository, as the user who is logged in there. What is no tag is left out.
func (c credentials) tags(ctx context.Context, named reference.Named) ([]string, error) {
	repository, err := name.NewRepository(named.Name())
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, tagsWithin)
	defer cancel()
	auth := authn.FromConfig(authn.AuthConfig{Username: c.Username, Password: c.Password, Auth: c.Auth,
		IdentityToken: c.IdentityToken, RegistryToken: c.RegistryToken})
	tags, err := remote.List(repository, remote.WithContext(ctx), remote.WithAuth(auth),
		remote.WithTransport(&bounded{remote.DefaultTransport, maxTagsBytes}))
	return slices.DeleteFunc(tags, func(tag string) bool {
		_, err := reference.WithTag(reference.TrimNamed(named), tag)
		return err != nil
	}), err
}

// bounded lets so many bytes of answers through, over all of them.
type bounded struct {
	http.RoundTripper
	left int64
}

func (b *bounded) RoundTrip(req *http.Request) (*http.Response, error) {
	res, err := b.RoundTripper.RoundTrip(req)
	if err == nil {
		res.Body = &boundedBody{res.Body, b}
	}
	return res, err
}

type boundedBody struct {
	io.ReadCloser
	of *bounded
}

func (b *boundedBody) Read(p []byte) (int, error) {
	if b.of.left <= 0 {
		return 0, io.ErrUnexpectedEOF
	}
	n, err := b.ReadCloser.Read(p[:min(int64(len(p)), b.of.left)])
	b.of.left -= int64(n)
	return n, err
}

// newestOf are the few newest versions among tags, newest first. Those of whole releases go before variants of them
// ("v2.1.0" before "v2.1.0-cpu") and before tags without a number, of which nobody can say how new they are.
func newestOf(tags []string) []string {
	list := slices.Clone(tags)
	variant := func(tag string) int {
		if strings.Trim(strings.TrimPrefix(tag, "v"), ".0123456789") != "" {
			return 1
		}
		return 0
	}
	slices.SortFunc(list, func(a, b string) int {
		if va, vb := variant(a), variant(b); va != vb {
			return va - vb
		}
		if n := settings.CompareVersions(b, a); n != 0 {
			return n
		}
		return strings.Compare(a, b)
	})
	return list[:min(maxTags, len(list))]
}
