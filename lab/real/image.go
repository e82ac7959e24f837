package real

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	_ "embed"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"

	"github.com/safeport/safeport/lab"
)

// Require skips a test unless SAFEPORT_REAL names each version, as it needs images that take minutes to build and to start. A
// version that is named must have been built.
func Require(t testing.TB, versions ...string) {
	t.Helper()
	lab.Require(t)
	named := Versions()
	if len(named) == 0 {
		t.Skip("NOT TESTED with the real GPUStack: make real does")
	}
	for _, version := range versions {
		if !slices.Contains(named, version) {
			t.Skipf("NOT TESTED with the real GPUStack %s: make real does, make real WHICH=some does not", version)
		}
	}
	for _, version := range append([]string{"base"}, versions...) {
		if _, err := os.Stat(layerFile(version)); err != nil {
			t.Fatalf("%v: lab/real/build.sh builds it", err)
		}
	}
}

// Versions are those that SAFEPORT_REAL names, oldest first.
func Versions() []string { return strings.Fields(os.Getenv("SAFEPORT_REAL")) }

// layerFile is where build.sh keeps a layer.
func layerFile(layer string) string {
	cache := os.Getenv("XDG_CACHE_HOME")
	if cache == "" {
		cache = filepath.Join(os.Getenv("HOME"), ".cache")
	}
	return filepath.Join(cache, "safeport-lab", "gpustack", layer+".tar")
}

// Built says whether a version's package is kept on this machine.
func Built(version string) bool {
	_, err := os.Stat(layerFile(version))
	return err == nil
}

// Unpack makes a directory of a version's package and all that it depends on, for Python 3.11.
func Unpack(t testing.TB, version string) string {
	t.Helper()
	dir := t.TempDir()
	if out, err := exec.Command("tar", "-xf", layerFile(version), "-C", dir, "./opt/gpustack").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return filepath.Join(dir, "opt", "gpustack")
}

// Load puts images of real versions into an engine, under the names that GPUStack publishes: "2.1.2" is
// gpustack/gpustack:v2.1.2. Each has the label by which the published image is known.
func Load(t testing.TB, h *lab.Host, e *lab.Engine, versions ...string) {
	t.Helper()
	Require(t, versions...)
	gateway := h.Build(t, "github.com/safeport/safeport/lab/real/gateway")
	for _, version := range versions {
		if err := load(t.Context(), e, version, gateway); err != nil {
			t.Fatalf("loading GPUStack %s: %v", version, err)
		}
	}
}

func load(ctx context.Context, e *lab.Engine, version, gateway string) error {
	tag, err := name.NewTag("gpustack/gpustack:v" + version)
	if err != nil {
		return err
	}
	image, err := build(version, gateway)
	if err != nil {
		return err
	}
	reader, writer := io.Pipe()
	go func() { writer.CloseWithError(tarball.Write(tag, image, writer)) }()
	res, err := e.ImageLoad(ctx, reader)
	if err != nil {
		reader.CloseWithError(err)
		return err
	}
	defer res.Close()
	// What the engine could not do stands in the text of its answer, after its progress.
	said, err := io.ReadAll(res)
	if err != nil {
		return err
	}
	if i := bytes.Index(said, []byte(`{"errorDetail"`)); i >= 0 {
		return fmt.Errorf("%s", said[i:])
	}
	return nil
}

// build stacks the layers: Debian, the version, and our own programs, which are not kept so that they are never stale.
func build(version, gateway string) (v1.Image, error) {
	own, err := ownLayer(gateway)
	if err != nil {
		return nil, err
	}
	layers := []v1.Layer{}
	for _, file := range []string{layerFile("base"), layerFile(version)} {
		// The archive must be of gzip, but it goes no further than to the engine beside.
		layer, err := tarball.LayerFromFile(file, tarball.WithCompressionLevel(gzip.NoCompression))
		if err != nil {
			return nil, err
		}
		layers = append(layers, layer)
	}
	image, err := mutate.AppendLayers(empty.Image, append(layers, own)...)
	if err != nil {
		return nil, err
	}
	config, err := image.ConfigFile()
	if err != nil {
		return nil, err
	}
	config = config.DeepCopy()
	config.OS, config.Architecture = "linux", runtime.GOARCH
	config.Config = v1.Config{
		Entrypoint: []string{"/usr/local/bin/start"},
		Env:        []string{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"},
		Labels:     map[string]string{"org.opencontainers.image.source": "https://github.com/gpustack/gpustack"},
		WorkingDir: "/",
	}
	return mutate.ConfigFile(image, config)
}

// start is the program that starts the parts of an image.
//
//go:embed start.sh
var start []byte

// ownLayer has the program that starts the parts, and the gateway's stand-in.
func ownLayer(gateway string) (v1.Layer, error) {
	program, err := os.ReadFile(gateway)
	if err != nil {
		return nil, err
	}
	var buf bytes.Buffer
	w := tar.NewWriter(&buf)
	for to, text := range map[string][]byte{"usr/local/bin/start": start, "usr/local/bin/gateway": program} {
		if err := w.WriteHeader(&tar.Header{Name: path.Clean(to), Mode: 0o755, Size: int64(len(text))}); err != nil {
			return nil, err
		}
		if _, err := w.Write(text); err != nil {
			return nil, fmt.Errorf("%s: %w", to, err)
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return tarball.LayerFromOpener(func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(buf.Bytes())), nil })
}
