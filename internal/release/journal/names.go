package journal

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"
)

// AsideName is a container's name while its release does not serve. One that Compose named by the project, which has the
// release's number in it, keeps its name.
func AsideName(c Container, r *Release) string {
	number := cmp.Or(c.Made, r.Number)
	if !r.Adopted && strings.Contains(c.Name, Aside("", number)+"-") {
		return c.Name
	}
	return Aside(c.Name, number)
}

func ResourceName(name, instance, key string) string {
	if name != "" {
		return name
	}
	return instance + "_" + key
}

// Known is the number of the newest release that is known.
func (r *Record) Known() int { return r.Releases[len(r.Releases)-1].Number }

// ImageOptions are the words that give each service the image that it has in the release, as far as another has others.
func (r *Release) ImageOptions(other *Release) (options []string) {
	for _, name := range slices.Sorted(maps.Keys(r.Images)) {
		if other.Images[name] != "" && other.Images[name] != r.Images[name] {
			options = append(options, "--image", name+"="+r.Images[name])
		}
	}
	return options
}

// Soak is how long a release must go on serving before the old one is given up: a program that answers and then dies
// of its first job, or of its memory, mostly does so in the first seconds.
const Soak = 2 * time.Second
