package adopt

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"github.com/docker/compose/v5/pkg/api"
	dockerspec "github.com/moby/docker-image-spec/specs-go/v1"
	"github.com/moby/moby/api/types/container"

	"github.com/safeport/safeport/internal/release/engine"
)

// Trait is one thing that an engine tells of a container.
type Trait struct{ Kind, Name string }

// The kinds of traits.
const (
	AnOption  = "" // by the engine's own name: "Memory", "Cmd", "Healthcheck.Test"
	AVariable = "variable"
	ALabel    = "label"
	AMount    = "mount"   // by the path in the container
	ANetwork  = "network" // how it is joined; which ones are is the option "Networks"
)

// kinds are in the order in which they are told: without its data a service is nothing.
var kinds = []string{AMount, AnOption, ANetwork, AVariable, ALabel}

// traits are those of one container, or of an image, as values of JSON.
type traits map[Trait]any

// notTraits are options that are seen elsewhere: what is mounted, published and joined may be written in several ways, the
// restart policy is put right with the name, and who was attached when a container was made is over.
var notTraits = []string{
	"Binds", "Mounts", "Volumes", "PortBindings", "ExposedPorts", "NetworkMode", "RestartPolicy", "Image", "Env", "Labels",
	"AttachStdin", "AttachStdout", "AttachStderr", "StdinOnce", "ConsoleSize", "ArgsEscaped", "Healthcheck", "Hostname",
}

// traitsOf reads all traits of a container, whatever there may be of options.
func traitsOf(c container.InspectResponse) (traits, error) {
	t := traits{}
	h := *c.HostConfig
	h.Ulimits = slices.Clone(h.Ulimits) // in whose order nothing lies, and Compose makes them in any
	slices.SortFunc(h.Ulimits, func(a, b *container.Ulimit) int { return cmp.Compare(a.Name, b.Name) })
	h.ExtraHosts = slices.Sorted(slices.Values(h.ExtraHosts)) // as Compose makes them of a mapping
	for _, of := range []any{h, c.Config} {
		if err := t.options(of); err != nil {
			return nil, err
		}
	}
	t[Trait{AnOption, "Hostname"}] = chosenHostname(c)
	t.variables(c.Config.Env)
	for name, value := range c.Config.Labels {
		if !ownLabel(name) {
			t[Trait{ALabel, name}] = value
		}
	}
	for _, m := range c.Mounts {
		source := cmp.Or(m.Name, m.Source, string(m.Type))
		if !m.RW {
			source += ":ro"
		}
		t[Trait{AMount, m.Destination}] = source
	}
	return t, t.networks(c)
}

// imageTraits are those that a container has by its image alone.
func imageTraits(c dockerspec.DockerOCIImageConfig) (traits, error) {
	t := traits{}
	t.variables(c.Env)
	for name, value := range c.Labels {
		t[Trait{ALabel, name}] = value
	}
	for path := range c.Volumes {
		t[Trait{AMount, path}] = newVolume
	}
	return t, t.options(c)
}

// newVolume stands for a volume that an image asks for: each container gets another.
const newVolume = "*"

// options adds what the engine has a name for.
func (t traits) options(of any) error {
	data, err := json.Marshal(of)
	if err != nil {
		return err
	}
	var all struct{ Healthcheck map[string]any }
	var m map[string]any
	if err := cmp.Or(json.Unmarshal(data, &m), json.Unmarshal(data, &all)); err != nil {
		return err
	}
	for name, value := range m {
		if !slices.Contains(notTraits, name) {
			t[Trait{AnOption, name}] = value
		}
	}
	for name, value := range all.Healthcheck { // an image may bring a part of it
		t[Trait{AnOption, "Healthcheck." + name}] = value
	}
	return nil
}

func (t traits) variables(env []string) {
	for _, e := range env {
		name, value, _ := strings.Cut(e, "=")
		t[Trait{AVariable, name}] = value
	}
}

// networks adds which networks a container is on, and how it is joined to each. What a running one has besides (addresses
// that were given out, names by its own id) is not chosen by anybody.
func (t traits) networks(c container.InspectResponse) error {
	mode := c.HostConfig.NetworkMode
	joined := []any{}
	switch {
	case engine.IsShared(mode):
		t[Trait{AnOption, "Networks"}] = append(joined, string(mode))
		return nil
	case c.NetworkSettings == nil:
		return nil
	}
	for name, n := range c.NetworkSettings.Networks {
		joined = append(joined, name)
		chosen := struct {
			Aliases    []string
			IPAMConfig any
			DriverOpts map[string]string
			GwPriority int
		}{chosenAliases(c, n.Aliases), n.IPAMConfig, n.DriverOpts, n.GwPriority}
		data, err := json.Marshal(chosen)
		if err != nil {
			return err
		}
		var value map[string]any
		if err := json.Unmarshal(data, &value); err != nil {
			return err
		}
		t[Trait{ANetwork, name}] = value
	}
	slices.SortFunc(joined, func(a, b any) int { return cmp.Compare(a.(string), b.(string)) })
	t[Trait{AnOption, "Networks"}] = joined
	return nil
}

// ownLabel says whether a label is of safeport's or Compose's making.
func ownLabel(name string) bool {
	return strings.HasPrefix(name, "io.safeport.") || strings.HasPrefix(name, "com.docker.compose.")
}

// chosenHostname is a container's hostname if somebody chose it. The engine takes its id when nobody does, and a new one
// has another; on the network of the host or of another container the name is theirs.
func chosenHostname(c container.InspectResponse) string {
	mode := c.HostConfig.NetworkMode
	if engine.IsShortID(c.Config.Hostname, c.ID) || engine.IsShared(mode) {
		return ""
	}
	return c.Config.Hostname
}

// chosenAliases are a container's names on a network, less those that it has by itself: its own name, which has the number
// of its release in it until it serves, its service's, its hostname, and its id.
func chosenAliases(c container.InspectResponse, aliases []string) (list []string) {
	name := strings.TrimPrefix(c.Name, "/")
	own := []string{name, c.Config.Hostname, c.Config.Labels[api.ServiceLabel]}
	if number, ok := c.Config.Labels[engine.LabelRelease]; ok {
		base := strings.TrimSuffix(name, "-r"+number)
		own = append(own, base, base+"-r"+number)
		own = append(own, c.Config.Labels[engine.LabelInstance]+api.Separator+c.Config.Labels[api.ServiceLabel]+api.Separator+c.Config.Labels[api.ContainerNumberLabel])
	}
	for _, alias := range aliases {
		if !slices.Contains(own, alias) && !engine.IsShortID(alias, c.ID) {
			list = append(list, alias)
		}
	}
	slices.Sort(list)
	return list
}
