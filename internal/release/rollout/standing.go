package rollout

import (
	"context"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/release/journal"
)

// standing says what stands when the engine cannot be asked: containers run on without it, and the service itself can be
// asked all the same.
func (r *Runner) standing(ctx context.Context, record *journal.Record) message.Phrase {
	p := record.Pending
	for _, number := range []int{p.To, p.From} {
		x := record.Release(number)
		if x == nil {
			continue
		}
		for _, ready := range x.Ready.Everywhere() {
			if ready.Answers(ctx, x.Version) == nil {
				return message.Say("release %d (%s) answers at %s; the change stands at the step %q", number, x.Image, ready.URL, p.Step)
			}
		}
	}
	return message.Say("nobody answers as %s; the change stands at the step %q", record.Instance, p.Step)
}
