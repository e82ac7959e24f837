package release_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/moby/moby/client"

	"github.com/safeport/safeport/lab"
)

const outside = `services:
  front:
    image: web
    command: ["tcp::8000"]
    ports: ["${HTTP:-8000}:8000", "8001"]
    networks: {default: {aliases: [shop]}, proxy: }
    volumes: ["stock:/stock"]
  side:
    image: web
    profiles: [more]
    command: ["tcp::9000"]
    ports: ["9000"]
  off:
    image: web
    profiles: [never]
    networks: [far]
    volumes: ["unused:/unused"]
volumes: {stock: {external: true}, unused: {}}
networks: {proxy: {external: true}, far: {external: true}}
`

// What is declared external is called as the file calls it, services that are switched off want nothing, a port that the
// engine picks is in nobody's way, and how the project was found is remembered.
func TestComposeFileIsTakenAsComposeTakesIt(t *testing.T) {
	lab.Long(t)
	b := newBench(t)
	dir := b.Path("shop")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "compose.yaml")
	b.write(file, outside)
	b.env = []string{"COMPOSE_PROFILES=more"}

	a := b.must(1, "install", file)
	if !strings.Contains(a.stderr, "volume stock is external and doesn't exist") || !strings.Contains(a.stderr, "volume create stock") {
		t.Errorf("what is missing is not told: %s", a.stderr)
	}
	if _, err := b.engine.VolumeCreate(t.Context(), client.VolumeCreateOptions{Name: "stock"}); err != nil {
		t.Fatal(err)
	}
	if a := b.must(1, "install", file); !strings.Contains(a.stderr, "network proxy is external and doesn't exist") {
		t.Errorf("what is missing is not told: %s", a.stderr)
	}
	if _, err := b.engine.NetworkCreate(t.Context(), "proxy", client.NetworkCreateOptions{}); err != nil {
		t.Fatal(err)
	}
	b.wantContainers(nil)
	b.must(0, "install", file)
	b.wantContainers(states("shop-r1-front-1 running", "shop-r1-side-1 running"))
	b.wantVolumes("stock")
	b.mounts("shop-r1-front-1", "stock")
	if a := b.must(0, "export", file); !strings.Contains(a.stdout, "name: stock") || strings.Contains(a.stdout, "shop_stock") ||
		!strings.Contains(a.stdout, "  side:") || strings.Contains(a.stdout, "profiles") {
		t.Errorf("the volume has another name, or a service is missing:\n%s", a.stdout)
	}

	b.env = nil // another shell
	b.write(file, strings.ReplaceAll(outside, "HTTP:-8000", "HTTP:-8010"))
	b.must(0, "upgrade", file)
	b.wantContainers(states("shop-r2-front-1 running", "shop-r1-side-1 running", "shop-r1-front-1 exited"))
	b.mounts("shop-r2-front-1", "stock")
	b.must(0, "rollback", dir)
	b.must(0, "status", "-f", file)
	b.must(0, "uninstall", file, "--purge", "--yes")
	b.wantContainers(nil)
	b.wantVolumes("stock")
}

func (b *bench) mounts(name, volume string) {
	b.Helper()
	if m := b.inspect(name).Mounts; len(m) != 1 || m[0].Name != volume {
		b.Errorf("%s has %v, want volume %s", name, m, volume)
	}
}

// A service that is to be built is refused before anything is done, and installed when its image is there.
func TestServiceThatIsToBeBuilt(t *testing.T) {
	b := newBench(t)
	file := b.Path("compose.yaml")
	b.write(file, "name: shop\nservices:\n  web: {build: ., command: ['tcp::8000'], ports: ['8000:8000']}\n")
	a := b.must(1, "install", file)
	if !strings.Contains(a.stderr, "image shop-web isn't on this host") || !strings.Contains(a.stderr, "Nothing has been changed") {
		t.Errorf("what is missing is not told: %s", a.stderr)
	}
	if _, err := b.engine.ImageTag(context.Background(), client.ImageTagOptions{Source: "web", Target: "shop-web"}); err != nil {
		t.Fatal(err)
	}
	if a := b.must(0, "install", file, "--dry-run"); !strings.Contains(a.stdout, "shop-web") {
		t.Errorf("the command has no image:\n%s", a.stdout)
	}
	b.must(0, "install", file)
	b.wantContainers(states("shop-r1-web-1 running"))
	b.must(0, "uninstall", "shop")
}
