package desired

import (
	"cmp"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/compose-spec/compose-go/v2/types"
	"github.com/distribution/reference"
	"github.com/docker/compose/v5/pkg/api"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/service/composefile"
)

// complete adds to a project what a check does not need: the files of variables and labels, and the names of images that
// are built.
func complete(p *types.Project) (*types.Project, error) {
	if err := readables(p); err != nil {
		return nil, err
	}
	p, err := p.WithServicesEnvironmentResolved(true)
	if err != nil {
		return nil, message.Errorf("reading the variables of the services: %w", err)
	}
	if p, err = p.WithServicesLabelsResolved(true); err != nil {
		return nil, message.Errorf("reading the labels of the services: %w", err)
	}
	if p.Volumes == nil {
		p.Volumes = types.Volumes{}
	}
	if p.Networks == nil {
		p.Networks = types.Networks{}
	}
	for name, s := range p.Services {
		if s.Environment == nil {
			s.Environment = types.MappingWithEquals{}
		}
		s.Image = api.GetImageNameOrDefault(s, p.Name) // "docker compose build" names it so
		p.Services[name] = s
	}
	return p, nil
}

// maxVariables bounds a file of variables or labels, in bytes.
const maxVariables = 1 << 20

// readables refuses files of variables and labels that are no files, before the Compose loader reads them to their end.
func readables(p *types.Project) error {
	for _, s := range p.Services {
		var paths []string
		for _, f := range s.EnvFiles {
			paths = append(paths, f.Path)
		}
		for _, path := range append(paths, s.LabelFiles...) {
			info, err := os.Stat(path)
			if err == nil && path != os.DevNull && (!info.Mode().IsRegular() || info.Size() > maxVariables) {
				return message.Errorf("%s is not a file of at most 1 MiB", path)
			}
		}
	}
	return nil
}

// MainService is the service that answers: the one with the port that is asked whether it is ready, else one that
// publishes a port, else the first.
func MainService(d *composefile.Definition, p *types.Project) string {
	names := slices.Sorted(maps.Keys(p.Services))
	ready := ""
	if d.Ready != nil {
		ready = d.Ready.Port
	}
	rank := func(name string) int {
		ports := p.Services[name].Ports
		switch {
		case slices.ContainsFunc(ports, func(port types.ServicePortConfig) bool { return ready != "" && port.Name == ready }):
			return 0
		case len(ports) > 0:
			return 1
		}
		return 2
	}
	return slices.MinFunc(names, func(a, b string) int { return cmp.Compare(rank(a), rank(b)) })
}

// VersionOf is the version that an image's tag promises; empty for a tag that is none, as "latest" is.
func VersionOf(image string) string {
	named, err := reference.ParseNormalizedNamed(image)
	if err != nil {
		return ""
	}
	tagged, ok := named.(reference.Tagged)
	if !ok {
		return ""
	}
	digits := strings.TrimPrefix(tagged.Tag(), "v")
	if digits == "" || digits[0] < '0' || digits[0] > '9' || !strings.Contains(digits, ".") {
		return ""
	}
	return tagged.Tag()
}
