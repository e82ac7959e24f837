package change

import (
	"errors"
	"fmt"
	"strings"

	"github.com/safeport/safeport"
	"github.com/safeport/safeport/internal/ansible"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/release"
	"github.com/safeport/safeport/internal/release/journal"
)

// done tells what a change came to.
func done(o *release.Outcome) *ansible.Reply {
	reply := &ansible.Reply{Changed: o.Result != release.Nothing, Outcome: o, Msg: fmt.Sprintf("%s: %s %s", o.Instance, o.Action, o.Result)}
	if o.Report != nil {
		reply.Warnings = ansible.Judged(o.Report, false).Warnings
	}
	return reply
}

// broken tells why a change did not come about, and what stands now.
func broken(err error, strict bool, progress []string) *ansible.Reply {
	var blocked *journal.BlockedError
	var failure *journal.FailedError
	var refused *journal.RefusedError
	var notBegun *journal.NotBegunError
	var usage *safeport.UsageError
	reply := ansible.Failed(err)
	switch {
	case errors.As(err, &failure):
		reply.RC, reply.Changed, reply.Now, reply.Hint = 4, failure.Undo != nil, failure.Now.String(), failure.Hint.String()
		if failure.Undo != nil {
			reply.RC = 5
		}
		for line := range strings.Lines(failure.Log) {
			reply.Log = append(reply.Log, message.Clean(strings.TrimSuffix(line, "\n")))
		}
	case errors.As(err, &blocked):
		reply = ansible.Judged(blocked.Report, strict)
		reply.Failed = true
	case errors.As(err, &refused):
		reply.RC, reply.Hint = 1, refused.Hint.String()
	case errors.As(err, &notBegun):
		reply.RC = 3
	case errors.As(err, &usage):
		reply.RC = 2
	default:
		reply.RC = 70
	}
	reply.Progress = progress
	return reply
}

// picture is an instance as a diff shows it.
func picture(st release.InstanceStatus) string {
	if st.Release == nil && len(st.Containers) == 0 {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "instance: %s\nversion: %s\nimage: %s\nurl: %s\n", st.Instance, st.Version, st.Image, st.URL)
	for _, p := range st.Ports {
		fmt.Fprintf(&b, "%s: %s/%s\n", p.Name, p.Ports, p.Protocol)
	}
	return b.String()
}

// planned is what a diff shows of a change that check mode only plans.
func (w *serviceTask) planned(o *release.Outcome) string {
	if o.Action == journal.Uninstall {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "instance: %s\n", o.Instance)
	if o.Image != "" {
		fmt.Fprintf(&b, "image: %s\n", o.Image)
	}
	if o.Report != nil {
		for _, p := range o.Report.Ports {
			fmt.Fprintf(&b, "%s: %s/%s\n", p.Name, p.Ports, p.Protocol)
		}
	}
	for _, s := range o.Steps {
		fmt.Fprintf(&b, "# %s\n", s.About)
	}
	return b.String()
}
