package host

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/host/engine"
	"github.com/safeport/safeport/internal/port"
)

// Place asks the engine that would publish the wants where it binds them, and with which rights the programs of their
// containers do: the binders are by the wants' names.
func (s *Survey) Place(ctx context.Context, wants []port.Requirement) ([]port.Requirement, map[string]*facts.Binder) {
	var e engine.Answer
	if publisher := s.Publisher(); publisher != nil {
		e = *publisher
	}
	var images []string
	asked := false
	for _, w := range wants {
		asked = asked || w.Mode == port.Publish || w.Container != nil
		if w.Container != nil && w.Container.Image != "" && !slices.Contains(images, w.Container.Image) {
			images = append(images, w.Container.Image)
		}
	}
	if !asked || s.Apart(e) {
		return wants, nil
	}
	start := time.Now()
	around, err := e.Surroundings(ctx, images)
	if err != nil {
		s.note(Source{Name: e.Name, Status: Partial, Blind: "its networks and images", Err: err, Took: time.Since(start)})
	}
	wants = slices.Clone(wants)
	binders := map[string]*facts.Binder{}
	for i, w := range wants {
		wants[i] = e.Place(w, around)
		if b := s.binderIn(e, around, wants[i]); b != nil {
			binders[w.Name] = b
		}
	}
	return wants, binders
}

// binderIn is the program of a want's container, where the port is one that not every program may bind.
func (s *Survey) binderIn(e engine.Answer, around engine.Surroundings, w port.Requirement) *facts.Binder {
	c := w.Container
	if c == nil || w.Unbound != 0 {
		return nil
	}
	b := &facts.Binder{Name: c.Service, Container: c, Own: w.Mode == port.Publish, Limit: limitInside(e, c)}
	first, limit := w.Ports.First, s.Kernel.UnprivilegedStart
	b.LiftedInside = b.Limit == 0
	if b.Own {
		first, limit = w.Target.First, b.Limit
	}
	if first == 0 || int(first) >= limit {
		return nil
	}
	image, there := around.Images[c.Image]
	b.User = cmp.Or(c.User, image.User, "root")
	b.Unseen = !there && c.User == "" && !c.BuiltIn
	b.Helpers = !b.Own && e.Rootless
	switch {
	case b.Helpers:
	case port.IsRoot(b.User):
		b.Privileged = c.Bound
	case e.Name == "podman" && c.Added:
		b.Privileged = true // it makes what is added ambient; Docker gives a user nothing
	default:
		b.Privileged = c.Bound && !c.NoSetcap && image.MayBind(c.Program)
	}
	return b
}

// limitInside is below which port a program needs a right in a container's own network: Docker has lifted it there (since
// 20.10), Podman leaves it as the kernel has it.
func limitInside(e engine.Answer, c *port.Container) int {
	if n, err := strconv.Atoi(c.Sysctl); err == nil {
		return n
	}
	if e.Name == "podman" || e.Name == "docker" && !e.Since(20, 10) {
		return 1024
	}
	return 0
}
