package netfilter

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/host/bpf"
	"github.com/safeport/safeport/internal/port"
)

// readSteering counts the BPF programs that choose the socket of incoming connections in this network namespace
// (BPF_SK_LOOKUP, kernel 5.9). What they choose cannot be read.
func readSteering(procRoot string) (programs int, err error) {
	namespace, err := os.Open(procRoot + "/thread-self/ns/net")
	if err != nil {
		return 0, fmt.Errorf("looking for sk_lookup programs: %w", err)
	}
	defer namespace.Close()
	ids, err := bpf.Attached(uint32(namespace.Fd()), unix.BPF_SK_LOOKUP)
	if err != nil {
		return 0, fmt.Errorf("looking for sk_lookup programs: %w", err)
	}
	return len(ids), nil
}

// redirectedByPrograms is the programs' hold on a required port: on some of its packets, as nobody can say on which.
func (r *Rules) redirectedByPrograms(w port.Requirement, found []facts.PortUse) []facts.PortUse {
	if r.programs == 0 {
		return found
	}
	return append(found, facts.PortUse{
		Protocol: w.Protocol, Binding: w.Bindings()[0], Ports: w.Ports, State: facts.Redirecting, Source: sourceName(facts.SKLookup),
		Rule: &facts.Rule{Backend: facts.SKLookup, Action: facts.Steer, Some: true},
	})
}
