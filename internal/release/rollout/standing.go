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
				return message.Say("revision %d (%s) responds at %s; the change stopped at step %q", number, x.Image, ready.URL, p.Step)
			}
		}
	}
	return message.Say("%s doesn't respond; the change stopped at step %q", record.Instance, p.Step)
}
