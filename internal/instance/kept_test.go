package instance_test

import (
	"testing"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/instance"
)

func TestKept(t *testing.T) {
	mine := map[string]string{instance.LabelInstance: "gpustack"}
	current := facts.Container{Name: "gpustack", State: "running", Labels: mine}
	stopped := current
	stopped.State = "exited"
	old := facts.Container{Name: "gpustack-r1", State: "exited", Restart: "no", Labels: mine}
	change := func(f func(*facts.Container)) facts.Container { c := old; f(&c); return c }
	for name, c := range map[string]struct {
		old  facts.Container
		now  facts.Container
		want bool
	}{
		"the older revision":                  {old, current, true},
		"one that was taken over":             {facts.Container{Name: "gpustack-r0", State: "exited"}, current, true},
		"a name alone":                        {facts.Container{Name: "gpustack-r1", State: "exited"}, current, false},
		"of another installation":             {change(func(c *facts.Container) { c.Labels = map[string]string{instance.LabelInstance: "a"} }), current, false},
		"it runs":                             {change(func(c *facts.Container) { c.State = "running" }), current, false},
		"it restarts by itself":               {change(func(c *facts.Container) { c.Restart = "always" }), current, false},
		"what replaced it does not run":       {old, stopped, false},
		"another user's engine tells of it":   {change(func(c *facts.Container) { c.Foreign = true }), current, false},
		"the name of a container of its own":  {change(func(c *facts.Container) { c.Name = "other-r1" }), current, false},
		"the installation's container itself": {stopped, current, false},
	} {
		if got := instance.Kept(c.old, []facts.Container{c.old, c.now}); got != c.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}
