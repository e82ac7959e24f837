package release_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"

	"github.com/safeport/safeport/lab"
)

const withDevices = `name: shop
services:
  front:
    image: web
    container_name: shop-front
`

// What asks for GPUs comes to the engine as it is written. The engine has none here, so that nothing can be started.
func TestDefinedDevicesReachTheEngine(t *testing.T) {
	lab.Long(t)
	b := newBench(t)
	seen := b.record()
	file := b.Path("compose.yaml")
	request := func(driver string, count int, ids []string, options map[string]string, capabilities ...string) container.HostConfig {
		return container.HostConfig{Resources: container.Resources{DeviceRequests: []container.DeviceRequest{{
			Driver: driver, Count: count, DeviceIDs: ids, Capabilities: [][]string{capabilities}, Options: options,
		}}}}
	}
	for _, tt := range []struct {
		name, text string
		want       container.HostConfig
	}{
		{"all", "deploy: {resources: {reservations: {devices: [{driver: nvidia, count: all, capabilities: [gpu]}]}}}",
			request("nvidia", -1, nil, nil, "gpu")},
		{"by id, with options", "deploy: {resources: {reservations: {devices: [{device_ids: ['0', '3'], capabilities: [gpu, utility], options: {virtualization: 'no'}}]}}}",
			request("", 0, []string{"0", "3"}, map[string]string{"virtualization": "no"}, "gpu", "utility")},
		{"two", "gpus: [{driver: nvidia, count: 2}]", request("nvidia", 2, nil, nil, "gpu")},
		{"by the container device interface", "devices: [nvidia.com/gpu=0]", container.HostConfig{Resources: container.Resources{
			DeviceRequests: []container.DeviceRequest{{Driver: "cdi", DeviceIDs: []string{"nvidia.com/gpu=0"}}}}}},
		{"runtime", "runtime: nvidia", container.HostConfig{Runtime: "nvidia"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b.write(file, withDevices+"    "+tt.text+"\n")
			b.must(4, "install", file)
			got := lastCreated(seen())
			if diff := cmp.Diff(tt.want.DeviceRequests, got.DeviceRequests); diff != "" || got.Runtime != tt.want.Runtime {
				t.Errorf("runtime %q, -want +got:\n%s", got.Runtime, diff)
			}
			b.wantContainers(nil)
		})
	}
}

// So does what somebody asked for by hand.
func TestDevicesOfAContainerMadeByHandReachTheEngine(t *testing.T) {
	b := newBench(t)
	seen := b.record()
	for name, tt := range map[string][]container.DeviceRequest{
		"--gpus all":             {{Count: -1, Capabilities: [][]string{{"gpu"}}}},
		"--gpus device=0,1":      {{DeviceIDs: []string{"0", "1"}, Capabilities: [][]string{{"gpu"}}}},
		"--gpus, of one kind":    {{Driver: "nvidia", Count: 1, Capabilities: [][]string{{"compute", "utility", "gpu"}}, Options: map[string]string{"a": "b"}}},
		"--gpus twice":           {{Count: 1, Capabilities: [][]string{{"gpu"}}}, {Driver: "other", Count: 2, Capabilities: [][]string{{"tpu"}}}},
		"--device vendor.com/x=": {{Driver: "cdi", DeviceIDs: []string{"vendor.com/gpu=0"}}},
	} {
		t.Run(name, func(t *testing.T) {
			res, err := b.engine.ContainerCreate(t.Context(), client.ContainerCreateOptions{
				Name: "gpustack", Config: &container.Config{Image: "gpustack/gpustack:v2.2.1"},
				HostConfig: &container.HostConfig{Resources: container.Resources{
					DeviceRequests: tt, Devices: []container.DeviceMapping{{PathOnHost: "/dev/null", PathInContainer: "/dev/gpu0", CgroupPermissions: "rw"}},
				}},
			})
			if err != nil {
				t.Fatal(err)
			}
			b.must(4, "install", "gpustack", "--version", "v2.2.2")
			got := lastCreated(seen())
			if diff := cmp.Diff(tt, got.DeviceRequests); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if len(got.Devices) != 1 || got.Devices[0].PathInContainer != "/dev/gpu0" {
				t.Errorf("devices %+v", got.Devices)
			}
			if err := b.engine.Remove(t.Context(), res.ID); err != nil {
				t.Error(err)
			}
		})
	}
}

// To update a running container would take its GPUs away (NVIDIA/nvidia-container-runtime, pull request 55).
func TestNoRunningContainerIsUpdated(t *testing.T) {
	lab.Long(t)
	b := newBench(t)
	seen := b.record()
	b.byHand()
	b.must(0, "upgrade", "gpustack", "--version", "v2.2.2")
	b.must(4, "upgrade", "gpustack", "--version", "v2.2.4")
	b.must(0, "rollback", "gpustack")
	b.must(0, "uninstall", "gpustack")
	updates := 0
	for _, r := range seen() {
		if r.Updated != "" {
			updates++
		}
		if r.Running {
			t.Errorf("container %s was updated while it ran", r.Updated)
		}
	}
	if updates < 4 {
		t.Errorf("%d updates were seen: the restart policies of stopped containers are to be set", updates)
	}
}
