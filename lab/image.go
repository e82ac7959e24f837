package lab

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/binary"
	"io"
	"os"
	"sync"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"
	"golang.org/x/sys/unix"
)

// Image is an image with the stand-in as its only file.
type Image struct {
	Tags       []string
	Entrypoint []string // role and arguments; a container's command comes after them
	Command    []string
	Env        []string
	Labels     map[string]string
	User       string   // "1000"; empty: root
	Capable    bool     // the stand-in's file gives whoever runs it the right to bind privileged ports
	Volumes    []string // where containers get volumes that nobody names
	Health     []string // how it asks for its own health, as ["CMD", "/standin", "try"], each second
	StopSignal string
	Machine    string // the architecture that it is for; empty: it does not say
	Ballast    int64  // bytes that nobody needs, in a layer of their own
}

// GPUStack is a stand-in for an official image of GPUStack, with the label that its release workflow stamps on each.
func GPUStack(version string) Image {
	return Image{
		Tags:       []string{"gpustack/gpustack:" + version},
		Entrypoint: []string{"gpustack"},
		Env:        []string{"STANDIN_VERSION=" + version},
		Labels:     map[string]string{"org.opencontainers.image.source": "https://github.com/gpustack/gpustack"},
	}
}

// Foreign is somebody else's image: it listens on port 80, or where its command says ("tcp::8080").
func Foreign(tag string) Image {
	return Image{Tags: []string{tag}, Entrypoint: []string{"serve"}, Command: []string{"tcp::80"}}
}

// Load puts images into the engine, as "docker load" does.
func (e *Engine) Load(ctx context.Context, images ...Image) error {
	tagged := map[name.Tag]v1.Image{}
	for _, image := range images {
		layer, err := standinLayer(e.host.Path("bin", "standin"), image.Capable)
		if err != nil {
			return err
		}
		img, err := image.build(layer)
		if err != nil {
			return err
		}
		for _, tag := range image.Tags {
			ref, err := name.NewTag(tag)
			if err != nil {
				return err
			}
			tagged[ref] = img
		}
	}
	var archive bytes.Buffer
	if err := tarball.MultiWrite(tagged, &archive); err != nil {
		return err
	}
	res, err := e.ImageLoad(ctx, &archive)
	if err != nil {
		return err
	}
	defer res.Close()
	_, err = io.Copy(io.Discard, res)
	return err
}

func (i Image) build(layer v1.Layer) (v1.Image, error) {
	img, err := mutate.AppendLayers(empty.Image, layer)
	if err != nil {
		return nil, err
	}
	if i.Ballast > 0 {
		ballast, err := random.Layer(i.Ballast, types.DockerLayer)
		if err != nil {
			return nil, err
		}
		if img, err = mutate.AppendLayers(img, ballast); err != nil {
			return nil, err
		}
	}
	if i.Machine != "" {
		config, err := img.ConfigFile()
		if err != nil {
			return nil, err
		}
		config = config.DeepCopy()
		config.OS, config.Architecture = "linux", i.Machine
		if img, err = mutate.ConfigFile(img, config); err != nil {
			return nil, err
		}
	}
	config := v1.Config{
		Entrypoint: append([]string{"/standin"}, i.Entrypoint...),
		Cmd:        i.Command,
		Env:        i.Env,
		Labels:     i.Labels,
		User:       i.User,
		StopSignal: i.StopSignal,
		Volumes:    map[string]struct{}{},
	}
	for _, path := range i.Volumes {
		config.Volumes[path] = struct{}{}
	}
	if len(i.Health) > 0 {
		config.Healthcheck = &v1.HealthConfig{Test: i.Health, Interval: time.Second, Retries: 10}
	}
	return mutate.Config(img, config)
}

func standinLayer(program string, capable bool) (v1.Layer, error) {
	once, _ := standinLayers.LoadOrStore(capable, sync.OnceValues(func() (v1.Layer, error) { return packed(program, capable) }))
	return once.(func() (v1.Layer, error))()
}

// standinLayers are the layers of this test process: whether the program is capable → func() (v1.Layer, error). Each host has
// the same program, and to pack it for each image took more time than to start the containers.
var standinLayers sync.Map

func packed(program string, capable bool) (v1.Layer, error) {
	text, err := os.ReadFile(program)
	if err != nil {
		return nil, err
	}
	var buf bytes.Buffer
	w := tar.NewWriter(&buf)
	header := &tar.Header{Name: "standin", Mode: 0o755, Size: int64(len(text))}
	if capable {
		header.PAXRecords = map[string]string{"SCHILY.xattr.security.capability": string(MayBindPrivileged())}
	}
	if err := w.WriteHeader(header); err != nil {
		return nil, err
	}
	if _, err := w.Write(text); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	// Registries and engines want gzip, which need not compress.
	return tarball.LayerFromOpener(func() (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(buf.Bytes())), nil
	}, tarball.WithCompressionLevel(gzip.NoCompression), tarball.WithCompressedCaching)
}

// MayBindPrivileged is what a file has as security.capability that gives whoever runs it the right to bind privileged ports:
// struct vfs_cap_data of version 2, with the flag that makes the capability effective at once.
func MayBindPrivileged() []byte {
	data := binary.LittleEndian.AppendUint32(nil, 0x02000001)
	for _, word := range []uint32{1 << unix.CAP_NET_BIND_SERVICE, 0, 0, 0} {
		data = binary.LittleEndian.AppendUint32(data, word)
	}
	return data
}
