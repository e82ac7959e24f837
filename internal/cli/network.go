package cli

import (
	"errors"
	"os"
	"os/exec"
	"runtime"

	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/message"
)

// askIn asks the same question again in the network namespace in which a unit binds its ports: a process asks about its own
// network, and a child has that of the thread that started it.
func askIn(network *facts.NetworkError, cmd *cobra.Command) error {
	ended := make(chan error)
	go func() {
		runtime.LockOSThread() // and never unlocked: the thread ends with this function
		if err := joinNetwork(network.Path); err != nil {
			ended <- message.Errorf("%w: %w", network, err)
			return
		}
		again := exec.CommandContext(cmd.Context(), "/proc/self/exe", os.Args[1:]...)
		again.Args[0] = os.Args[0] // as which it may be docker's plugin
		again.Stdin, again.Stdout, again.Stderr = cmd.InOrStdin(), cmd.OutOrStdout(), cmd.ErrOrStderr()
		ended <- again.Run()
	}()
	err := <-ended
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return ExitStatus(exit.ExitCode())
	}
	return err
}

func joinNetwork(path string) error {
	namespace, err := os.Open(path)
	if err != nil {
		return err
	}
	defer namespace.Close()
	return os.NewSyscallError("setns", unix.Setns(int(namespace.Fd()), unix.CLONE_NEWNET))
}
