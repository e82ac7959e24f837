package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
)

// modules are all that the core links. One more is a decision, to be taken here and in docs/dependencies.md: what the full
// program needs for Compose and for releases must not come back by an import that nobody noticed.
//
// Those of OpenTelemetry are its API alone, which the engine's client calls and nobody answers: there is no SDK and no
// exporter among them.
var modules = []string{
	"github.com/agext/levenshtein", "github.com/cespare/xxhash/v2", "github.com/containerd/errdefs", "github.com/containerd/errdefs/pkg",
	"github.com/distribution/reference", "github.com/docker/go-connections", "github.com/docker/go-units", "github.com/felixge/httpsnoop",
	"github.com/go-logr/logr", "github.com/go-logr/stdr", "github.com/godbus/dbus/v5", "github.com/mdlayher/netlink", "github.com/mdlayher/socket",
	"github.com/moby/docker-image-spec", "github.com/moby/moby/api", "github.com/moby/moby/client", "github.com/opencontainers/go-digest",
	"github.com/opencontainers/image-spec", "github.com/rivo/uniseg", "github.com/safeport/safeport", "github.com/spf13/cobra",
	"github.com/spf13/pflag", "go.opentelemetry.io/auto/sdk", "go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp",
	"go.opentelemetry.io/otel", "go.opentelemetry.io/otel/metric", "go.opentelemetry.io/otel/trace", "go.yaml.in/yaml/v4", "golang.org/x/net",
	"golang.org/x/sync", "golang.org/x/sys", "golang.org/x/term",
}

// heavy are packages of modules that are there, and of the standard library, that must stay out.
var heavy = map[string]string{
	"html/template":                                             "finds methods by name, for which the linker keeps all methods of all types",
	"go.opentelemetry.io/otel/sdk":                              "is OpenTelemetry's SDK",
	"github.com/safeport/safeport/compose":                      "reads Compose files",
	"github.com/safeport/safeport/internal/service/composefile": "reads Compose files",
	"github.com/safeport/safeport/internal/release":             "changes the host",
}

func TestCoreLinksWhatItNeeds(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", "-f", "{{.ImportPath}} {{with .Module}}{{.Path}}{{end}}", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	linked := map[string]bool{}
	for line := range strings.Lines(string(out)) {
		words := strings.Fields(line)
		for p, why := range heavy {
			if words[0] == p || strings.HasPrefix(words[0], p+"/") {
				t.Errorf("the core imports %s, which %s", words[0], why)
			}
		}
		if len(words) > 1 && !linked[words[1]] {
			linked[words[1]] = true
			if !slices.Contains(modules, words[1]) {
				t.Errorf("the core imports %s, of module %s", words[0], words[1])
			}
		}
	}
	for _, m := range modules {
		if !linked[m] {
			t.Errorf("module %s is not linked any more: take it off the list", m)
		}
	}
}

// A check is over in a few milliseconds: what compiles expressions at each start, and needs none, takes part of them.
func TestExpressionsAreCompiledWhenNeeded(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", "-f", `{{with .Module}}{{if .Main}}{{range $.GoFiles}}{{$.Dir}}/{{.}}{{"\n"}}{{end}}{{end}}{{end}}`, ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	atStart := regexp.MustCompile(`(?m)^(var|\t)[^:\n(]*= regexp\.MustCompile`)
	files := strings.Fields(string(out))
	if len(files) < 100 {
		t.Fatalf("the core has %d files", len(files))
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if line := atStart.Find(text); line != nil {
			t.Errorf("%s: %s", file, line)
		}
	}
}

// The core is taken along over slow lines, and its pages are read at each start.
func TestCoreIsSmall(t *testing.T) {
	if runtime.GOARCH != "amd64" || testing.Short() {
		t.Skip("the bounds are those of amd64")
	}
	const most, mostCompressed = 12_950_000, 4_750_000 // of this encoder: zstd -19 takes a tenth less
	file := filepath.Join(t.TempDir(), "safeport-check")
	cmd := exec.Command("go", "build", "-trimpath", "-tags=nethttpomithttp2", "-ldflags=-s -w", "-o", file, ".")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	program, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var compressed bytes.Buffer
	w, err := zstd.NewWriter(&compressed, zstd.WithEncoderLevel(zstd.SpeedBestCompression))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(program); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d bytes, compressed %d", len(program), compressed.Len())
	if len(program) > most || compressed.Len() > mostCompressed {
		t.Errorf("%d bytes, compressed %d: at most %d and %d", len(program), compressed.Len(), most, mostCompressed)
	}
}
