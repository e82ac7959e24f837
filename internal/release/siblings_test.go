package release_test

import (
	"strings"
	"testing"

	"github.com/moby/moby/api/types/container"

	"github.com/safeport/safeport/lab"
)

// One service has the network, the processes and the volumes of another.
const sharing = `name: shop
services:
  app:
    image: web
    container_name: shop-app
    command: ["tcp::81"]
    network_mode: service:front
    pid: service:front
    volumes_from: [front]
  front:
    image: web
    container_name: shop-front
    command: ["tcp::80"]
    ports: ["8000:80"]
    volumes: ["data:/data"]
volumes: {data: {}}
`

func TestServicesThatShareANetworkAreMadeInTurn(t *testing.T) {
	lab.Long(t)
	b := newBench(t)
	file := b.Path("compose.yaml")
	b.write(file, sharing)
	b.must(0, "install", file)
	b.sharesWith("shop-app", "shop-front")

	b.write(file, strings.ReplaceAll(sharing, "8000:80", "8001:80"))
	a := b.must(0, "upgrade", "shop")
	b.sharesWith("shop-app", "shop-front")
	if strings.Contains(a.stderr, "differs from before") {
		t.Errorf("the id of another container is taken for a choice: %s", a.stderr)
	}
	b.must(0, "rollback", "shop")
	b.sharesWith("shop-app", "shop-front")
	b.must(0, "uninstall", "shop", "--purge", "--yes")
	b.wantContainers(nil)
}

// sharesWith says that one container runs in the network and among the processes of another, and has its volumes.
func (b *bench) sharesWith(name, other string) {
	b.Helper()
	if got := b.containers()[name]; got != container.StateRunning {
		b.Errorf("%s is %s", name, got)
	}
	is, of := b.inspect(name), "container:"+b.inspect(other).ID
	if h := is.HostConfig; string(h.NetworkMode) != of || string(h.PidMode) != of || len(is.Mounts) != 1 {
		b.Errorf("%s has the network of %s, the processes of %s and %d mounts; want those of %s", name, h.NetworkMode, h.PidMode, len(is.Mounts), of)
	}
}

// What the engine was asked for and cannot be made leaves nothing behind, whatever else was asked for beside it.
func TestNothingIsLeftOfServicesOfWhichOneCannotBeMade(t *testing.T) {
	b := newBench(t)
	file := b.Path("compose.yaml")
	b.write(file, strings.Replace(sharing, "network_mode: service:front\n    pid: service:front\n    volumes_from: [front]", "runtime: none-such", 1))
	for range 5 {
		if a := b.must(4, "install", file); !strings.Contains(a.stderr, "shop is not installed") {
			t.Errorf("what stands is not said: %s", a.stderr)
		}
		b.wantContainers(nil)
		b.wantVolumes()
	}
}
