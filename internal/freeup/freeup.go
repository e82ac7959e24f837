// Package freeup stops what has a port, by whoever looks after it, and waits until the port is really free. What can be taken
// back is, where it does not become so. Nothing is killed: a process that nobody looks after is asked to end (SIGTERM), which
// somebody has to have agreed to by its name.
package freeup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"time"

	"golang.org/x/sys/unix"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/report"
)

// Who asks who has the port now.
type Who func(context.Context) (*report.WhoReport, error)

// Step is one thing that is done: a command of whoever looks after a holder, or a process that is asked to end.
type Step struct {
	report.Remedy
	Name    string     // of the process
	Started *time.Time // likewise: another one may have its number by then
}

// Plan is what frees a port: a step for each holder.
type Plan struct {
	Steps []Step
	// Kept are what is said of holders that are not stopped: the host, or its administrator, lives on them, or it is not known
	// who looks after them.
	Kept []report.Remedy
}

// PlanOf reads from a report how its ports are freed.
func PlanOf(r *report.WhoReport) (p Plan) {
	for _, row := range r.Ports {
		if !Held(row) {
			continue
		}
		steps := len(p.Steps)
		var others []report.Remedy
		for _, f := range r.Findings {
			if f.Port != row.Name {
				continue
			}
			for _, remedy := range f.Remedies {
				switch known := slices.ContainsFunc(p.Steps, func(s Step) bool { return s.Remedy == remedy }); {
				case known:
					steps = -1
				case remedy.Stops:
					p.Steps = append(p.Steps, Step{Remedy: remedy})
				case remedy.Process != 0:
					p.Steps = append(p.Steps, stepOf(remedy, row))
				default:
					others = append(others, remedy)
				}
			}
		}
		if len(p.Steps) == steps {
			p.Kept = append(p.Kept, others...)
			if len(others) == 0 {
				p.Kept = append(p.Kept, report.Remedy{})
			}
		}
	}
	return p
}

func stepOf(remedy report.Remedy, row report.Port) Step {
	s := Step{Remedy: remedy}
	for _, h := range row.Holders {
		if h.PID == remedy.Process {
			s.Name, s.Started = h.Name, h.Started
		}
	}
	return s
}

// Held says whether something has a port, so that nobody else can have it. Connections come and go with what they are of.
func Held(row report.Port) bool {
	return slices.ContainsFunc(row.Holders, func(h report.Holder) bool { return h.State != "connected" && h.State != "time-wait" })
}

// Processes are the steps that end a process that nobody looks after.
func (p Plan) Processes() (list []Step) {
	for _, s := range p.Steps {
		if s.Process != 0 {
			list = append(list, s)
		}
	}
	return list
}

// ErrHeld is the error for a port that was not free in the end.
var ErrHeld = errors.New("the port is still in use")

// ErrChanged is the error for a port that something else has than what the plan was made for.
var ErrChanged = errors.New("something else uses the port now")

// soak is how long a port has to stay free for it to be believed: what starts programs again does so within a second, mostly.
const soak = 2 * time.Second

// Run takes the steps, and waits until the port is free and stays so. out gets what the commands write. When it does not
// become free within the time, the commands are taken back; undone says whether all were.
//
// Whoever agreed to the plan may have taken hours for it: what is not done any more to free the port is not done.
func (p Plan) Run(ctx context.Context, who Who, patience time.Duration, out io.Writer) (undone bool, err error) {
	switch r, err := lasting(ctx, who); {
	case err != nil:
		return true, err
	case r == nil:
		return false, nil
	default:
		if now := PlanOf(r); len(now.Kept) > 0 || !slices.Equal(now.acts(), p.acts()) {
			return true, ErrChanged
		}
	}
	var done []Step
	for _, s := range p.Steps {
		done = append(done, s) // what fails may have done a part of it
		if s.Process != 0 {
			err = s.end(ctx, who)
		} else {
			err = run(ctx, s.Command, out)
		}
		if err != nil {
			break
		}
	}
	if err == nil {
		err = settle(ctx, who, patience)
	}
	if err == nil {
		return false, nil
	}
	undone = true
	for _, s := range slices.Backward(done) {
		if s.Undo == "" || run(context.WithoutCancel(ctx), s.Undo, out) != nil {
			undone = false
		}
	}
	return undone, err
}

// lasting is who has a port, or nil if nobody has and nobody takes it again: what is started again and again has it most of the time.
func lasting(ctx context.Context, who Who) (*report.WhoReport, error) {
	for began := time.Now(); ; {
		r, err := who(ctx)
		if err != nil || slices.ContainsFunc(r.Ports, Held) {
			return r, err
		}
		if time.Since(began) >= soak {
			return nil, nil
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// acts are what a plan does, in an order of their own.
func (p Plan) acts() (list []string) {
	for _, s := range p.Steps {
		list = append(list, fmt.Sprintf("%d %s", s.Process, s.Command))
	}
	slices.Sort(list)
	return list
}

// settle waits until a port is free, and stays so.
func settle(ctx context.Context, who Who, patience time.Duration) error {
	deadline := time.Now().Add(patience)
	var since time.Time
	for {
		r, err := who(ctx)
		if err != nil {
			return err
		}
		switch held := slices.ContainsFunc(r.Ports, Held); {
		case held && time.Now().After(deadline):
			return ErrHeld
		case held:
			since = time.Time{}
		case since.IsZero():
			since = time.Now()
		case time.Since(since) >= soak:
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// end asks a process to end, if it is still the one that was agreed to and still has the port. The process is held by a
// descriptor meanwhile, so that no other one can take its number.
func (s Step) end(ctx context.Context, who Who) error {
	fd, err := unix.PidfdOpen(s.Process, 0)
	if errors.Is(err, unix.ESRCH) {
		return nil // it is gone
	}
	if err != nil {
		return message.Errorf("finding %s (PID %d): %w", s.Name, s.Process, err)
	}
	defer unix.Close(fd)
	r, err := who(ctx)
	if err != nil {
		return err
	}
	for _, row := range r.Ports {
		for _, h := range row.Holders {
			if h.PID == s.Process && h.Name == s.Name && s.same(h) {
				if err := unix.PidfdSendSignal(fd, unix.SIGTERM, nil, 0); err != nil {
					return message.Errorf("asking %s (PID %d) to end: %w", s.Name, s.Process, err)
				}
				return nil
			}
		}
	}
	return nil
}

// same says whether a holder began when the one did that was agreed to. The times are reckoned back from now, to the second.
func (s Step) same(h report.Holder) bool {
	return h.Started != nil && s.Started != nil && h.Started.Sub(*s.Started).Abs() <= 2*time.Second
}

// asRoot stands for sudo on a host that has none, for whoever is root already.
const asRoot = `sudo() {
	case $1 in
	-u) u=$2; shift 2; case $u in '#'*) setpriv --reuid="${u#?}" --clear-groups env "$@";; *) runuser -u "$u" -- env "$@";; esac;;
	*) env "$@";;
	esac
}
`

// run runs a command as it is printed.
func run(ctx context.Context, command string, out io.Writer) error {
	if _, err := exec.LookPath("sudo"); err != nil && os.Geteuid() == 0 {
		command = asRoot + command
	}
	cmd := exec.CommandContext(ctx, "/bin/sh", "-c", command)
	cmd.Stdout, cmd.Stderr = out, out
	cmd.Stdin = os.Stdin // sudo may ask for a password
	if err := cmd.Run(); err != nil {
		return message.Errorf("the command failed: %w", err)
	}
	return nil
}
