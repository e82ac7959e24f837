package engine

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestNewestOf(t *testing.T) {
	tags := []string{"latest", "v2.1.0", "v2.10.0", "v2.2.0-cpu", "v2.2.0", "main", "v2.2.0rc1", "v0.7.1", "v2.9.0"}
	want := []string{"v2.10.0", "v2.9.0", "v2.2.0", "v2.1.0", "v0.7.1"}
	if got := newestOf(tags); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := newestOf([]string{"latest"}); !slices.Equal(got, []string{"latest"}) {
		t.Errorf("got %v", got)
	}
}

// One that answers a drop at a time is not listened to for ever, and a helper of docker login neither.
func TestOthersOfASlowRegistry(t *testing.T) {
	t.Parallel()
	ended := make(chan struct{})
	registry := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/v2/web/tags/list" {
			return
		}
		_, err := fmt.Fprint(w, `{"name":"web","tags":[`)
		for err == nil && r.Context().Err() == nil {
			_, err = fmt.Fprint(w, `"1.0",`)
			_ = http.NewResponseController(w).Flush()
			time.Sleep(50 * time.Millisecond)
		}
		close(ended)
	}))
	defer registry.Close()
	at := strings.TrimPrefix(registry.URL, "http://")
	if got := (credentials{}).others(t.Context(), at+"/web:2.0", errors.New("manifest unknown")).Error(); !strings.HasSuffix(got, "manifest unknown") {
		t.Errorf("got %s", got)
	}
	<-ended

	_, err := within(t.Context(), time.Millisecond, func() (int, error) { select {} })
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("what has no end: %v", err)
	}
}

// A registry is a stranger: what is no tag is not printed, and an answer without an end is not read to it.
func TestOthersOfAStrangeRegistry(t *testing.T) {
	missing := errors.New("manifest unknown")
	tests := []struct{ name, tags, want string }{
		{"some", `"1.0","1.1"`, "%s/web has no tag 2.0. Available: 1.1, 1.0"},
		{"many", `"1","2","3","4","5","6","7"`, "%s/web has no tag 2.0. Available: 7, 6, 5, 4, 3 and 2 more"},
		{"none", ``, "pulling image %s/web:2.0: manifest unknown"},
		{"no tags", `"\u001b[2J","a b",""`, "pulling image %s/web:2.0: manifest unknown"},
		{"it is there now", `"2.0"`, "pulling image %s/web:2.0: manifest unknown"},
		{"without an end", strings.Repeat(`"1.0",`, maxTagsBytes), "pulling image %s/web:2.0: manifest unknown"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			registry := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/v2/web/tags/list" {
					fmt.Fprintf(w, `{"name":"web","tags":[%s]}`, tt.tags)
				}
			}))
			defer registry.Close()
			at := strings.TrimPrefix(registry.URL, "http://")
			got := credentials{}.others(t.Context(), at+"/web:2.0", missing).Error()
			if want := fmt.Sprintf(tt.want, at); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}
