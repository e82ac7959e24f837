package release_test

import (
	"context"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/registry"
	"github.com/moby/moby/client"
)

// startRegistry serves a registry on the host's own loopback, and has the engine push an image into it.
func (b *bench) startRegistry(image, as string) {
	b.Helper()
	var l net.Listener
	if err := b.Do(func() (err error) {
		l, err = net.Listen("tcp4", "127.0.0.1:5000")
		return err
	}); err != nil {
		b.Fatal(err)
	}
	server := &http.Server{Handler: registry.New(registry.Logger(log.New(io.Discard, "", 0)))}
	go server.Serve(l)
	b.Cleanup(func() { server.Close() })

	ctx := context.Background()
	if _, err := b.engine.ImageTag(ctx, client.ImageTagOptions{Source: image, Target: as}); err != nil {
		b.Fatal(err)
	}
	res, err := b.engine.ImagePush(ctx, as, client.ImagePushOptions{RegistryAuth: "e30="}) // {}
	if err != nil {
		b.Fatal(err)
	}
	for m, err := range res.JSONMessages(ctx) {
		if err != nil || m.Error != nil {
			b.Fatalf("pushing %s: %v %v", as, err, m.Error)
		}
	}
	if _, err := b.engine.ImageRemove(ctx, as, client.ImageRemoveOptions{}); err != nil {
		b.Fatal(err)
	}
}

func TestPullFromARegistry(t *testing.T) {
	b := newBench(t)
	const mirrored = "127.0.0.1:5000/mirror/gpustack/gpustack:v2.2.2"
	b.startRegistry("gpustack/gpustack:v2.2.2", mirrored)
	b.must(1, "install", "gpustack", "--image", mirrored, "--pull", "never")
	b.wantContainers(nil)
	b.must(0, "install", "gpustack", "--image", mirrored)
	b.serves("80", "v2.2.2")
	b.must(1, "upgrade", "gpustack", "--image", strings.Replace(mirrored, "v2.2.2", "v2.2.99", 1))
	b.serves("80", "v2.2.2")
	// A mirror stays a mirror.
	if a := b.must(1, "upgrade", "gpustack", "--version", "v2.2.98"); !strings.Contains(a.stderr, "127.0.0.1:5000/mirror/gpustack/gpustack has no tag v2.2.98. Available: v2.2.2. Nothing has been changed.") ||
		strings.Contains(a.stderr, "Rolling back") {
		t.Errorf("which versions there are, and that nothing was changed, is not said: %s", a.stderr)
	}
	b.must(0, "upgrade", "gpustack", "--port", "8080", "--pull", "always")
	b.serves("8080", "v2.2.2")
}

func TestLoadFromAnArchive(t *testing.T) {
	b := newBench(t)
	ctx := context.Background()
	res, err := b.engine.ImageSave(ctx, []string{"gpustack/gpustack:v2.2.2"})
	if err != nil {
		t.Fatal(err)
	}
	defer res.Close()
	archive := b.Path("gpustack.tar")
	f, err := os.Create(archive)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(f, res); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := b.engine.ImageRemove(ctx, "gpustack/gpustack:v2.2.2", client.ImageRemoveOptions{}); err != nil {
		t.Fatal(err)
	}
	b.must(1, "install", "gpustack", "--version", "v2.2.2", "--pull", "never")
	b.must(0, "install", "gpustack", "--version", "v2.2.2", "--pull", "never", "--load", archive)
	b.serves("80", "v2.2.2")
	b.must(1, "upgrade", "gpustack", "--version", "v2.2.3", "--load", b.Path("no.tar"))
	b.serves("80", "v2.2.2")
}

const twoServices = `name: shop
services:
  front:
    image: web
    command: ["tcp::8000"]
    container_name: shop-front
    restart: always
    depends_on: [back]
    environment: {STANDIN_TOKEN: "${TOKEN:-one}"}
    ports: ["8000:8000"]
  back:
    image: web
    command: ["tcp::9000"]
    restart: always
    volumes: ["stock:/stock"]
volumes:
  stock: {}
`

func TestComposeFileOfSeveralServices(t *testing.T) {
	b := newBench(t)
	file := b.Path("compose.yaml")
	if err := os.WriteFile(file, []byte(twoServices), 0o644); err != nil {
		t.Fatal(err)
	}
	b.must(0, "install", file)
	b.wantContainers(states("shop-front running", "shop-r1-back-1 running"))
	b.wantVolumes("shop_stock")

	if err := os.WriteFile(file, []byte(strings.ReplaceAll(twoServices, "8000:8000", "8001:8000")), 0o644); err != nil {
		t.Fatal(err)
	}
	b.must(0, "upgrade", "shop")
	b.wantContainers(states("shop-front running", "shop-r1-back-1 running", "shop-front-r1 exited"))
	if bound := b.inspect("shop-front").HostConfig.PortBindings; len(bound) != 1 {
		t.Errorf("ports %v", bound)
	}

	broken := strings.ReplaceAll(twoServices, `command: ["tcp::9000"]`, `command: ["tcp:nowhere"]`)
	if err := os.WriteFile(file, []byte(broken), 0o644); err != nil {
		t.Fatal(err)
	}
	b.must(4, "upgrade", "shop")
	b.wantContainers(states("shop-front running", "shop-r1-back-1 running", "shop-front-r1 exited"))
	b.must(0, "rollback", "shop")
	b.wantContainers(states("shop-front running", "shop-r1-back-1 running", "shop-front-r2 exited"))
	b.must(0, "uninstall", "shop", "--purge", "--yes")
	b.wantContainers(nil)
	b.wantVolumes()
}
