package instance

import (
	"slices"
	"strings"

	"github.com/distribution/reference"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/service"
)

// Labels that safeport gives to the containers that it makes.
const (
	LabelService  = "io.safeport.service"
	LabelInstance = "io.safeport.instance"
	LabelChange   = "io.safeport.change" // the change that has made the container, as JSON
	LabelRelease  = "io.safeport.release"
	LabelName     = "io.safeport.name" // of one that its definition names; empty: Compose names it by project and service
)

const labelSource = "org.opencontainers.image.source"

// MayBePart says whether a container that safeport has not made may be one that an instance has taken over: it is called as the instance, or
// is of its Compose project. A label that says so of any other one was not written by safeport.
func MayBePart(instance, name, project string) bool {
	return instance != "" && (strings.TrimSuffix(name, "-r0") == instance || project == instance)
}

// isOf says whether a container is the service's. A name is never evidence by itself.
func isOf(def *service.Definition, c facts.Container) bool {
	if s := c.Labels[LabelService]; s != "" {
		return s == def.Name && (def.Project == "" || !def.Elsewhere(c))
	}
	if def.Made(c) {
		return true
	}
	return isImageOf(def.Identity, c) && def.Identity.RoleFits(c)
}

// isImageOf says whether the container was made of one of the service's images: by their repository, by the source that
// the image names, or, where a tag has moved on or an image was renamed, by the data directory beside what is left of
// the name.
func isImageOf(id service.Identity, c facts.Container) bool {
	names := append([]string{c.Image}, c.ImageTags...)
	for _, image := range id.Images {
		if slices.ContainsFunc(names, func(name string) bool { return service.SameRepository(name, image) }) {
			return true
		}
	}
	if id.Source != "" && sameSource(c.Labels[labelSource], id.Source) {
		return true
	}
	hasData := slices.ContainsFunc(c.Mounts, func(m facts.Mount) bool { return m.Destination == id.Data })
	return id.Data != "" && hasData && slices.ContainsFunc(id.Images, func(image string) bool { return sameLastWord(c, image) })
}

func sameSource(a, b string) bool {
	tidy := func(s string) string {
		s = strings.TrimSuffix(strings.TrimSuffix(strings.ToLower(s), "/"), ".git")
		_, s, _ = strings.Cut(s, "://")
		return s
	}
	return a != "" && tidy(a) == tidy(b)
}

// sameLastWord is for images that were built or tagged anew: "registry.local/ai/gpustack:2". An id alone, left when the
// tag has moved on, says nothing against the service either.
func sameLastWord(c facts.Container, image string) bool {
	word := lastWord(image)
	if len(c.ImageTags) == 0 && isID(c.Image) {
		return strings.Contains(c.Name, word)
	}
	for _, name := range append([]string{c.Image}, c.ImageTags...) {
		named, err := reference.ParseNormalizedNamed(name)
		if err == nil && (reference.Path(named) == word || strings.HasSuffix(reference.Path(named), "/"+word)) {
			return true
		}
	}
	return false
}

func lastWord(image string) string { return image[strings.LastIndex(image, "/")+1:] }

// isID recognises "sha256:…" and a short id.
func isID(image string) bool {
	hex, ok := strings.CutPrefix(image, "sha256:")
	return ok || len(hex) >= 12 && strings.Trim(hex, "0123456789abcdef") == ""
}
