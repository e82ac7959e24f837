package release_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"
	"text/tabwriter"

	"github.com/safeport/safeport/internal/release/journal"
)

// killing is one run that was killed: where, what stood then, and how the next run healed it.
type killing struct {
	action          journal.Action
	step            journal.StepKind
	found, healedBy string
}

// killings are all of them.
type killings struct {
	mu   sync.Mutex
	list []killing
}

func (k *killings) add(one killing) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.list = append(k.list, one)
}

func (k *killings) at(action journal.Action, step journal.StepKind) (times int) {
	for _, one := range k.list {
		if one.action == action && one.step == step {
			times++
		}
	}
	return times
}

// String is a table: what was injected, how often, what was found, healed by.
func (k *killings) String() string {
	times := map[killing]int{}
	var kinds []killing
	for _, one := range k.list {
		if times[one]++; times[one] == 1 {
			kinds = append(kinds, one)
		}
	}
	order := []journal.Action{journal.Install, journal.Upgrade, journal.Rollback, journal.Uninstall, purge}
	slices.SortFunc(kinds, func(a, b killing) int {
		return cmp.Or(
			slices.Index(order, a.action)-slices.Index(order, b.action),
			slices.Index(stepsOf[a.action], a.step)-slices.Index(stepsOf[b.action], b.step),
			strings.Compare(a.found, b.found), strings.Compare(a.healedBy, b.healedBy),
		)
	})
	var text strings.Builder
	w := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "KILLED AT\tTIMES\tFOUND\tHEALED BY")
	for _, one := range kinds {
		fmt.Fprintf(w, "%s, %s\t%d\t%s\t%s\n", one.action, one.step, times[one], one.found, one.healedBy)
	}
	fmt.Fprintf(w, "all\t%d\t\t\n", len(k.list))
	w.Flush()
	return text.String()
}
