package engine

import (
	"slices"
	"strings"

	"github.com/distribution/reference"
)

// HasRepositoryOf says whether a container's image is of the same repository as another, whatever the registry or mirror
// before it. Of an image without a tag that is left, only the id is known: then nothing is said against it.
func (s Serving) HasRepositoryOf(image string) bool {
	names := s.Container.ImageTags
	if !strings.HasPrefix(s.Inspect.Config.Image, "sha256:") {
		names = append(slices.Clone(names), s.Inspect.Config.Image)
	}
	return len(names) == 0 || slices.ContainsFunc(names, func(name string) bool { return SameRepository(name, image) })
}

// IsOf says whether a container was made of an image by this name. Podman completes a name without a registry, and tells it so.
func (s Serving) IsOf(image string) bool {
	is := s.Inspect.Config.Image
	if is == image || !s.Podman {
		return is == image
	}
	a, err := reference.ParseNormalizedNamed(is)
	b, errOther := reference.ParseNormalizedNamed(image)
	if err != nil || errOther != nil {
		return false
	}
	return reference.TagNameOnly(a).String() == reference.TagNameOnly(b).String() || is == "localhost/"+reference.FamiliarString(reference.TagNameOnly(b))
}

// SameRepository says whether two images are of one repository, whatever the registry or mirror before it.
func SameRepository(a, b string) bool {
	x, y := repositoryPath(a), repositoryPath(b)
	return x == y || strings.HasSuffix(x, "/"+y) || strings.HasSuffix(y, "/"+x)
}

// repositoryPath is a reference without its registry, tag and digest; "library/", which Docker adds, is not said.
func repositoryPath(image string) string {
	named, err := reference.ParseNormalizedNamed(image)
	if err != nil {
		return image
	}
	return strings.TrimPrefix(reference.Path(named), "library/")
}
