package engine

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/moby/moby/client"

	"github.com/safeport/safeport/internal/port"
)

// Surroundings are what an engine has that decides where it binds a new container's ports, and with which rights the
// container's program does.
type Surroundings struct {
	Networks map[string]port.Network // those that are there, by name
	Remapped bool                    // it maps the users of containers to others of the host (userns-remap)
	Images   map[string]Image        // of those that were asked for, the ones that it has

	defaults map[string]map[string]string // driver → option → value, of networks to be made
	known    bool                         // the engine told of its networks
}

// Surroundings asks an engine that has answered before. What it does not tell is left out; the error says so.
func (a Answer) Surroundings(ctx context.Context, images []string) (s Surroundings, err error) {
	if a.State != Answering {
		return s, nil
	}
	e := Endpoint{URL: a.Endpoint, Others: a.Others}
	within := boundsOf(e)
	ctx, cancel := context.WithTimeout(ctx, within.time)
	defer cancel()
	api, peer, err := connect(e, &meter{bounds: within})
	if err != nil {
		return s, err
	}
	defer api.Close()
	var errs []error
	list, err := api.NetworkList(ctx, client.NetworkListOptions{})
	errs = append(errs, err)
	s.known, s.Networks = err == nil, map[string]port.Network{}
	for _, n := range list.Items {
		s.Networks[n.Name] = port.Network{Name: n.Name, External: true, Driver: n.Driver, Internal: n.Internal, IPv6: n.EnableIPv6, Options: n.Options}
	}
	info, err := api.Info(ctx, client.InfoOptions{})
	errs = append(errs, err)
	s.Remapped = slices.ContainsFunc(info.Info.SecurityOptions, func(o string) bool { return strings.HasPrefix(o, "name=userns") })
	var daemon dockerd
	if a.Name == "docker" {
		daemon = peer.daemon()
		s.defaults = daemon.DefaultNetworkOpts
	}
	s.Images = map[string]Image{}
	for _, name := range images {
		found, err := api.ImageInspect(ctx, name)
		if err == nil {
			s.Images[name] = newImage(found.InspectResponse, daemon)
		} else if !isNotFound(err) {
			errs = append(errs, err)
		}
	}
	return s, errors.Join(errs...)
}

// network is what a network that a container is to be in is, or will be once it is made.
func (s Surroundings) network(n port.Network) port.Network {
	if there, ok := s.Networks[n.Name]; ok {
		there.Priority = n.Priority
		return there
	}
	if n.Driver == "" {
		n.Driver = "bridge"
	}
	options := maps.Clone(s.defaults[n.Driver])
	if options == nil {
		options = map[string]string{}
	}
	maps.Copy(options, n.Options)
	n.Options = options
	return n
}
