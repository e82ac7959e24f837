package adopt

import (
	"reflect"

	"github.com/compose-spec/compose-go/v2/types"
	"github.com/moby/moby/api/types/container"

	"github.com/safeport/safeport/internal/release/engine"
)

// cdiDriver is the driver of a request for devices by their names in the Container Device Interface, as "--device
// vendor.com/gpu=0" makes one.
const cdiDriver = "cdi"

// observedRequests reads GPUs and their like. They become reservations, which Compose hands on as they are: to what stands
// under "gpus" it adds a capability of its own.
func observedRequests(found *types.ServiceConfig, h *container.HostConfig) {
	var list []types.DeviceRequest
	for _, r := range h.DeviceRequests {
		if r.Driver == cdiDriver {
			for _, id := range r.DeviceIDs {
				found.Devices = append(found.Devices, types.DeviceMapping{Source: id, Target: id, Permissions: "rwm"})
			}
			continue
		}
		for _, capabilities := range r.Capabilities {
			list = append(list, types.DeviceRequest{
				Capabilities: capabilities, Driver: r.Driver, Count: types.DeviceCount(r.Count), IDs: r.DeviceIDs, Options: r.Options,
			})
		}
	}
	if len(list) > 0 {
		reserve(found, list)
	}
}

// reserve gives a service its requests for devices, and leaves what it shares with others alone.
func reserve(s *types.ServiceConfig, list []types.DeviceRequest) {
	deploy, reserved := types.DeployConfig{}, types.Resource{}
	if s.Deploy != nil {
		deploy = *s.Deploy
	}
	if r := deploy.Resources.Reservations; r != nil {
		reserved = *r
	}
	reserved.Devices, deploy.Resources.Reservations = list, &reserved
	s.Deploy, s.Gpus = &deploy, nil
}

// Requests are what Compose makes of a service's two ways to ask for devices, in a form that can be compared.
func Requests(s *types.ServiceConfig) []types.DeviceRequest {
	var list []types.DeviceRequest
	add := func(r types.DeviceRequest, more ...string) {
		list = append(list, types.DeviceRequest{
			Capabilities: append(append([]string{}, r.Capabilities...), more...), Driver: r.Driver, Count: r.Count,
			IDs: append([]string{}, r.IDs...), Options: engine.Merged(r.Options, nil),
		})
	}
	if s.Deploy != nil && s.Deploy.Resources.Reservations != nil {
		for _, r := range s.Deploy.Resources.Reservations.Devices {
			add(r)
		}
	}
	for _, r := range s.Gpus {
		add(r, "gpu")
	}
	return list
}

// carryRequests keeps the devices that a container was found with and that the definition did not give it.
func carryRequests(made, found, old *types.ServiceConfig) {
	if found.Deploy != nil && !reflect.DeepEqual(Requests(found), Requests(old)) {
		reserve(made, found.Deploy.Resources.Reservations.Devices)
	}
}
