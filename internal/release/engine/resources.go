package engine

import (
	"context"
	"maps"
	"net/netip"
	"slices"
	"time"

	"github.com/compose-spec/compose-go/v2/types"
	cerrdefs "github.com/containerd/errdefs"
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/api/types/network"
	"github.com/moby/moby/client"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/release/journal"
)

// MissingVolumes are the volumes that the project needs and the host does not have, by the project's keys.
func (e *Engine) MissingVolumes(ctx context.Context, p *types.Project) ([]string, error) {
	var missing []string
	for _, key := range slices.Sorted(maps.Keys(p.Volumes)) {
		v := p.Volumes[key]
		_, err := e.Api.VolumeInspect(ctx, v.Name, client.VolumeInspectOptions{})
		switch {
		case err == nil:
		case !cerrdefs.IsNotFound(err):
			return nil, message.Errorf("looking for volume %s: %w", v.Name, err)
		case bool(v.External):
			return nil, &journal.RefusedError{
				Reason: message.Say("volume %s is external and doesn't exist: create it first", v.Name),
				Hint:   message.Say("%s", e.Command+" volume create "+message.Quote(v.Name)),
			}
		default:
			missing = append(missing, key)
		}
	}
	return missing, nil
}

func (e *Engine) HasVolume(ctx context.Context, name string) (bool, error) {
	_, err := e.Api.VolumeInspect(ctx, name, client.VolumeInspectOptions{})
	if cerrdefs.IsNotFound(err) {
		return false, nil
	}
	if err != nil {
		return false, message.Errorf("looking for volume %s: %w", name, err)
	}
	return true, nil
}

func (e *Engine) MakeVolume(ctx context.Context, v types.VolumeConfig, labels map[string]string) error {
	_, err := e.Api.VolumeCreate(ctx, client.VolumeCreateOptions{
		Name: v.Name, Driver: v.Driver, DriverOpts: v.DriverOpts, Labels: Merged(v.Labels, labels),
	})
	if err != nil {
		return message.Errorf("creating volume %s: %w", v.Name, err)
	}
	return nil
}

func (e *Engine) RemoveVolume(ctx context.Context, name string) error {
	_, err := e.Api.VolumeRemove(ctx, name, client.VolumeRemoveOptions{})
	if err != nil && !cerrdefs.IsNotFound(err) {
		return message.Errorf("removing volume %s: %w", name, err)
	}
	return nil
}

// dfTimeout bounds the question for sizes: an engine answers it by walking through all that it has, containers too (Docker
// 20.10 knows no narrower one). What is done without an answer is done all the same.
const dfTimeout = 20 * time.Second

// Sizes are those of the volumes, in bytes; -1 of one of which the engine does not tell.
func (e *Engine) Sizes(ctx context.Context, names []string) map[string]int64 {
	sizes := map[string]int64{}
	for _, name := range names {
		sizes[name] = -1
	}
	ctx, cancel := context.WithTimeout(ctx, dfTimeout)
	defer cancel()
	used, err := e.Api.DiskUsage(ctx, client.DiskUsageOptions{Volumes: true, Verbose: true})
	if err != nil {
		return sizes
	}
	for _, v := range used.Volumes.Items {
		if _, asked := sizes[v.Name]; asked && v.UsageData != nil {
			sizes[v.Name] = v.UsageData.Size
		}
	}
	return sizes
}

// Volumes are those that safeport made for the instance, sorted. They are known by their label, also after the instance
// was removed and installed again.
func (e *Engine) Volumes(ctx context.Context, name string) ([]string, error) {
	list, err := e.Api.VolumeList(ctx, client.VolumeListOptions{
		Filters: make(client.Filters).Add("label", LabelInstance+"="+name),
	})
	if err != nil {
		return nil, message.Errorf("listing volumes: %w", err)
	}
	var names []string
	for _, v := range list.Items {
		names = append(names, v.Name)
	}
	slices.Sort(names)
	return names, nil
}

// MakeNetworks makes those networks that are not there.
func (e *Engine) MakeNetworks(ctx context.Context, p *types.Project, labels map[string]string) error {
	for _, key := range slices.Sorted(maps.Keys(p.Networks)) {
		n := p.Networks[key]
		there, err := e.hasNetwork(ctx, n)
		if err != nil {
			return err
		}
		if there {
			continue
		}
		options := client.NetworkCreateOptions{
			Driver: n.Driver, Options: n.DriverOpts, Internal: n.Internal, Attachable: n.Attachable,
			EnableIPv4: n.EnableIPv4, EnableIPv6: n.EnableIPv6, Labels: Merged(n.Labels, labels),
		}
		if options.IPAM, err = ipam(n.Ipam); err != nil {
			return message.Errorf("network %s: %w", n.Name, err)
		}
		if _, err := e.Api.NetworkCreate(ctx, n.Name, options); err != nil {
			return message.Errorf("creating network %s: %w", n.Name, err)
		}
	}
	return nil
}

func ipam(c types.IPAMConfig) (*network.IPAM, error) {
	if c.Driver == "" && len(c.Config) == 0 && len(c.Options) == 0 {
		return nil, nil
	}
	made := &network.IPAM{Driver: c.Driver, Options: c.Options}
	for _, pool := range c.Config {
		var config network.IPAMConfig
		var err error
		if pool.Subnet != "" {
			if config.Subnet, err = netip.ParsePrefix(pool.Subnet); err != nil {
				return nil, err
			}
		}
		if pool.IPRange != "" {
			if config.IPRange, err = netip.ParsePrefix(pool.IPRange); err != nil {
				return nil, err
			}
		}
		if pool.Gateway != "" {
			if config.Gateway, err = netip.ParseAddr(pool.Gateway); err != nil {
				return nil, err
			}
		}
		for name, text := range pool.AuxiliaryAddresses {
			addr, err := netip.ParseAddr(text)
			if err != nil {
				return nil, err
			}
			if config.AuxAddress == nil {
				config.AuxAddress = map[string]netip.Addr{}
			}
			config.AuxAddress[name] = addr
		}
		made.Config = append(made.Config, config)
	}
	return made, nil
}

// Networks are those that safeport made for the instance.
func (e *Engine) Networks(ctx context.Context, name string) ([]network.Summary, error) {
	list, err := e.Api.NetworkList(ctx, client.NetworkListOptions{
		Filters: make(client.Filters).Add("label", LabelInstance+"="+name),
	})
	if err != nil {
		return nil, message.Errorf("listing networks: %w", err)
	}
	return list.Items, nil
}

// RemoveNetworks removes the instance's networks, found by their label, but for those on which containers are: these are others', as the
// instance has none any more, and one that is stopped could not be started again without its network. Those are told.
func (e *Engine) RemoveNetworks(ctx context.Context, name string, say func(format string, args ...any)) error {
	list, err := e.Networks(ctx, name)
	if err != nil || len(list) == 0 {
		return err
	}
	all, err := e.Api.ContainerList(ctx, client.ContainerListOptions{All: true})
	if err != nil {
		return message.Errorf("listing containers: %w", err)
	}
	for _, n := range list {
		i := slices.IndexFunc(all.Items, func(c container.Summary) bool { return isOn(c, n) })
		if i >= 0 {
			say("warning: network %s was kept: container %s uses it", n.Name, NameOf(all.Items[i]))
			continue
		}
		if _, err := e.Api.NetworkRemove(ctx, n.ID, client.NetworkRemoveOptions{}); err != nil && !cerrdefs.IsNotFound(err) {
			return message.Errorf("removing network %s: %w", n.Name, err)
		}
	}
	return nil
}

// isOn says whether a container is on a network, or will be when it is started. One that never was knows its name alone.
func isOn(c container.Summary, n network.Summary) bool {
	if c.NetworkSettings == nil {
		return false
	}
	for name, at := range c.NetworkSettings.Networks {
		if at != nil && at.NetworkID == n.ID || name == n.Name && (at == nil || at.NetworkID == "") {
			return true
		}
	}
	return false
}
