// Package cli is the command line: it reads words, asks the library, and prints what the library answers.
//
// Rules of the interface, for every command:
//
//   - stdout carries the result and nothing else; everything said to the person goes to stderr.
//   - A usage error is one line that names the word that is wrong and what would be right. Nothing was looked at then.
//   - The exit status says what a script needs to know; see exit.go.
//   - Colour only on a terminal, and not when NO_COLOR is set or TERM is dumb.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"slices"
	"syscall"
)

// Main runs the program with its arguments, its name left out, and returns the exit status.
func (p Program) Main(args []string, stdin io.Reader, stdout, stderr io.Writer) (exit int) {
	defer func() {
		if cause := recover(); cause != nil {
			exit = internalError(cause, args, stderr)
		}
	}()
	args = p.meant(args)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // the first Ctrl-C asks, a second one is not caught and ends the process
	if !p.mayChange(args) {
		defer endAfter(ctx, args, stderr)()
	}

	// A reader that goes away, as in "safeport who 1-1000 | head -1", is then a failed write and not the end of the
	// process. Notify, unlike Ignore, is not inherited by programs that are started.
	broken := make(chan os.Signal, 1)
	signal.Notify(broken, syscall.SIGPIPE)
	defer signal.Stop(broken)

	out := &sink{Writer: stdout}
	root := p.newRoot(args)
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(out)
	root.SetErr(stderr)
	err := root.ExecuteContext(context.WithValue(ctx, programKey{}, p))

	var answered ExitStatus
	switch {
	case out.err != nil:
		fmt.Fprintf(stderr, "%s: %s\n", p.Name, Spoken(args).Sprintf("writing the result: %v", out.err))
		return ExitUnknown
	case err == nil:
		return exitClear
	case errors.As(err, &answered):
		return int(answered)
	case ctx.Err() != nil:
		fmt.Fprintf(stderr, "%s: %s\n", p.Name, Spoken(args).Sprintf("Interrupted. Nothing has been changed."))
		return ExitInterrupted
	}
	fmt.Fprintf(stderr, "%s: %s\n", p.Name, p.called(Spoken(args).Error(err)))
	return statusOf(err)
}

// internalError tells of a panic in one line: a stack frightens the user and helps only who can read it.
func internalError(cause any, args []string, stderr io.Writer) int {
	fmt.Fprintf(stderr, "safeport: internal error: %v\n", cause)
	if os.Getenv("SAFEPORT_DEBUG") != "" || slices.Contains(args, "--verbose") {
		fmt.Fprintf(stderr, "%s", debug.Stack())
		return exitInternal
	}
	fmt.Fprintln(stderr, "hint: SAFEPORT_DEBUG=1 shows where")
	return exitInternal
}
