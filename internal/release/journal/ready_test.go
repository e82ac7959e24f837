package journal

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// What answers at the address of a service may be anything.
func TestAnswersOfAServiceAreBounded(t *testing.T) {
	for how, answer := range map[string]http.HandlerFunc{
		"without an end": func(w http.ResponseWriter, _ *http.Request) {
			_, err := io.WriteString(w, `{"version":"`)
			for err == nil {
				_, err = io.WriteString(w, strings.Repeat("a", 1<<16))
			}
		},
		"a drop at a time": func(w http.ResponseWriter, _ *http.Request) {
			_, err := io.WriteString(w, "{")
			for err == nil {
				_, err = io.WriteString(w, " ")
				_ = http.NewResponseController(w).Flush()
				time.Sleep(50 * time.Millisecond)
			}
		},
		"nothing":                    func(_ http.ResponseWriter, req *http.Request) { <-req.Context().Done() },
		"garbage":                    func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "\x00\xff") },
		"a version that is a number": func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"version": 7}`) },
		"elsewhere": func(w http.ResponseWriter, req *http.Request) {
			http.Redirect(w, req, "http://127.0.0.1:1/", http.StatusFound)
		},
		"headers without an end": func(w http.ResponseWriter, _ *http.Request) {
			for i := range 40_000 {
				w.Header().Add("X", strings.Repeat("a", 100)+fmt.Sprint(i))
			}
		},
	} {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(answer)
			t.Cleanup(server.Close)
			t.Cleanup(server.CloseClientConnections)
			done := make(chan error, 1)
			go func() { done <- Ready{URL: server.URL, Version: "/version"}.Answers(t.Context(), "v1") }()
			select {
			case err := <-done:
				if err == nil {
					t.Error("it is taken for the service")
				}
			case <-time.After(time.Minute):
				t.Error("the question has no end")
			}
		})
	}
}
