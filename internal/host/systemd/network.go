package systemd

import (
	"os"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/message"
)

// apart is the error for a service that has another network than whoever asks: a [*facts.NetworkError] where that can be entered.
func (u *unit) apart(name string) error {
	if isTrue(u.last("Service", "PrivateNetwork")) {
		return message.Errorf("unit %s has its own network, so this check doesn't apply to it", name)
	}
	path := u.expand(u.last("Service", "NetworkNamespacePath"))
	if path == "" {
		return nil
	}
	theirs, err := os.Stat(path)
	if err != nil {
		return message.Errorf("finding the network namespace of unit %s: %w", name, err)
	}
	ours, err := os.Stat("/proc/thread-self/ns/net")
	if err != nil {
		return message.Errorf("finding the network namespace of unit %s: %w", name, err)
	}
	if !os.SameFile(ours, theirs) {
		return &facts.NetworkError{Err: message.Errorf("unit %s runs in the network namespace %s: run the check there, as root", name, path), Path: path}
	}
	return nil
}
