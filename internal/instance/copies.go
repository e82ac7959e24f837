package instance

import (
	"cmp"
	"slices"

	"github.com/safeport/safeport/internal/facts"
)

// Labels that Compose gives to containers.
const (
	labelProject = "com.docker.compose.project"
	labelPart    = "com.docker.compose.service"
	labelNumber  = "com.docker.compose.container-number"
	labelOneOff  = "com.docker.compose.oneoff"
)

// Named says whether a container has the name that it was given when it got its labels, or the one under which safeport sets it
// aside. Labels are copied with an image that "docker commit" makes of a container, and by programs that make a container like
// another one; a name is not, as no two have one.
func Named(name string, labels map[string]string) bool {
	given := cmp.Or(labels[LabelName], labels[labelProject]+"-"+labels[labelPart]+"-"+labels[labelNumber])
	return name == given || name == given+"-r"+labels[LabelRelease]
}

// SamePlace says whether the labels of two containers are of one and the same container.
func SamePlace(a, b map[string]string) bool {
	return !slices.ContainsFunc([]string{LabelInstance, LabelRelease, labelProject, labelPart, labelNumber}, func(label string) bool {
		return a[label] != b[label]
	})
}

// withoutCopies are the containers less those that have their labels from another one, and what "docker compose run" has made, which
// is no part of its project.
func withoutCopies(containers []facts.Container) []facts.Container {
	return slices.DeleteFunc(slices.Clone(containers), func(c facts.Container) bool {
		if c.Labels[labelOneOff] == "True" {
			return true
		}
		if c.Labels[labelPart] == "" || Named(c.Name, c.Labels) {
			return false
		}
		return slices.ContainsFunc(containers, func(o facts.Container) bool {
			return o.ID != c.ID && o.Endpoint == c.Endpoint && SamePlace(o.Labels, c.Labels) && Named(o.Name, o.Labels)
		})
	})
}
