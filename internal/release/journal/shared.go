package journal

import (
	"slices"
)

// Two releases share the containers of those services that did not change from one to the other. They go on running in a change
// from one to the other: only what each has alone is stopped, set aside, put in its place and started. A container has the labels of the
// release that made it for ever, so that these do not say of which releases it is: the journal does, and the labels of what was
// made for a release say what that has kept.

// Without is a release without the containers that another one has too.
func (r *Release) Without(other *Release) *Release {
	if r == nil || other == nil || r.Number == other.Number {
		return r
	}
	alone := *r
	alone.Containers = slices.DeleteFunc(slices.Clone(r.Containers), func(c Container) bool { return other.Has(c.ID) })
	return &alone
}

// Has says whether a container is one of the release's.
func (r *Release) Has(id string) bool {
	return slices.ContainsFunc(r.Containers, func(c Container) bool { return c.ID == id })
}

// Kept are those containers of a release that an older one has made.
func (r *Release) Kept() (list []Container) {
	for _, c := range r.Containers {
		if c.Made != 0 {
			list = append(list, c)
		}
	}
	return list
}

// Apart are the releases of a change, each with what has to be stopped and put in its place. That is all of it where data is put back, for
// nobody may write to it meanwhile.
func (r *Record) Apart() (from, to *Release) {
	from, to = r.Release(r.Pending.From), r.Release(r.Pending.To)
	if r.Pending.Restore != "" {
		return from, to
	}
	return from.Without(to), to.Without(from)
}

// HasElsewhere says whether a container is one of another release's.
func (r *Record) HasElsewhere(id string, number int) bool {
	return slices.ContainsFunc(r.Releases, func(x Release) bool { return x.Number != number && x.Has(id) })
}
