package engine

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/moby/moby/client"
)

// hostile is an engine that answers to a ping, and to all else as it is told.
func hostile(t *testing.T, answer func(w http.ResponseWriter, flush func())) *Engine {
	t.Helper()
	socket := filepath.Join(t.TempDir(), "s")
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		w.Header().Set("Api-Version", "1.41")
		if strings.HasSuffix(req.URL.Path, "/_ping") {
			return
		}
		w.Header().Set("Content-Type", "application/json")
		answer(w, func() { _ = http.NewResponseController(w).Flush() })
	})}
	go server.Serve(l)
	t.Cleanup(func() { server.Close() })
	e, err := connect(t.Context(), "unix://"+socket, func(string) (string, bool) { return "", false }, bounds{1 << 20, time.Second})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	return e
}

// A network without a gateway, as Podman 4.3 tells of it.
func TestNetworkWithoutAGateway(t *testing.T) {
	for _, none := range []string{"<nil>", `\u003cnil\u003e`} {
		e := hostile(t, func(w http.ResponseWriter, _ func()) {
			fmt.Fprintf(w, `[{"Name":"back","Id":"b","IPAM":{"Config":[{"Subnet":"10.82.0.0/24","Gateway":"%s"}]}}]`, none)
		})
		list, err := e.Networks(t.Context(), "a")
		if err != nil || len(list) != 1 || list[0].Name != "back" {
			t.Errorf("%s: %+v, %v", none, list, err)
		}
	}
}

// Whatever an engine answers, a question has an end, and takes no more memory than its bound allows.
func TestAnswersAreBounded(t *testing.T) {
	answers := map[string]func(w http.ResponseWriter, flush func()){
		"without an end": func(w http.ResponseWriter, _ func()) {
			one := `{"Id":"` + strings.Repeat("a", 1000) + `"},`
			_, err := io.WriteString(w, "[")
			for err == nil {
				_, err = io.WriteString(w, one)
			}
		},
		"one name without an end": func(w http.ResponseWriter, _ func()) {
			more := strings.Repeat("a", 1<<16)
			_, err := io.WriteString(w, `[{"Id":"`)
			for err == nil {
				_, err = io.WriteString(w, more)
			}
		},
		"a drop at a time": func(w http.ResponseWriter, flush func()) {
			_, err := io.WriteString(w, "[")
			for err == nil {
				_, err = io.WriteString(w, " ")
				flush()
				time.Sleep(10 * time.Millisecond)
			}
		},
		"nothing":      func(http.ResponseWriter, func()) { time.Sleep(10 * time.Second) },
		"garbage":      func(w http.ResponseWriter, _ func()) { fmt.Fprint(w, "\x00\xff<html>") },
		"another type": func(w http.ResponseWriter, _ func()) { fmt.Fprint(w, `[7, {"a": "b"}]`) },
		"deep nests":   func(w http.ResponseWriter, _ func()) { fmt.Fprint(w, strings.Repeat("[", 1<<19)) },
		"an error that has no end": func(w http.ResponseWriter, _ func()) {
			w.WriteHeader(http.StatusInternalServerError)
			more := strings.Repeat("a", 1<<16)
			_, err := io.WriteString(w, `{"message":"`)
			for err == nil {
				_, err = io.WriteString(w, more)
			}
		},
	}
	questions := map[string]func(context.Context, *Engine) error{
		"containers":  func(ctx context.Context, e *Engine) error { _, err := e.List(ctx, "a"); return err },
		"a container": func(ctx context.Context, e *Engine) error { _, _, err := e.Inspect(ctx, "a"); return err },
		"volumes":     func(ctx context.Context, e *Engine) error { _, err := e.Volumes(ctx, "a"); return err },
		"networks":    func(ctx context.Context, e *Engine) error { _, err := e.Networks(ctx, "a"); return err },
		"an image": func(ctx context.Context, e *Engine) error {
			_, err := e.Api.ImageInspect(ctx, "a", client.ImageInspectWithRawResponse(nil))
			return err
		},
		"itself": func(ctx context.Context, e *Engine) error { _, _, err := e.identity(ctx); return err },
	}
	for how, answer := range answers {
		for what, ask := range questions {
			t.Run(what+", "+how, func(t *testing.T) {
				e := hostile(t, answer)
				var before, after runtime.MemStats
				runtime.ReadMemStats(&before)
				done := make(chan error, 1)
				began := time.Now()
				go func() { done <- ask(context.Background(), e) }()
				select {
				case err := <-done:
					t.Log(time.Since(began), err)
					if err == nil {
						t.Error("it is taken for an answer")
					}
				case <-time.After(time.Minute):
					t.Fatal("the question has no end")
				}
				runtime.ReadMemStats(&after)
				if grown := after.TotalAlloc - before.TotalAlloc; grown > 200<<20 {
					t.Errorf("%d MB were allocated", grown>>20)
				}
			})
		}
	}
}
