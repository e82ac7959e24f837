package host

import (
	"cmp"
	"os"
	"slices"
	"strings"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/host/ancestry"
	"github.com/safeport/safeport/internal/host/holder"
)

// trace reads how the processes that have sockets came to run.
func (s *Survey) trace(readings *holder.Readings) {
	most := cmp.Or(s.chains, maxChains)
	self := holder.Ancestors(procRoot, os.Getpid())
	reader := ancestry.Open(procRoot, "/", readings)
	chains := map[int][]facts.Link{}
	for i := range s.Sockets {
		c := &s.Sockets[i]
		if c.Process == nil {
			continue
		}
		chain, known := chains[c.Process.PID]
		if !known && len(chains) < most {
			chain = reader.Of(c.Process.PID)
			if c.Control != nil {
				chain = withTriggers(chain, c.Unit, c.Control.Triggers)
			}
			chains[c.Process.PID] = chain
		}
		c.Process.Chain, c.Process.Self = chain, slices.Contains(self, c.Process.PID)
	}
}

// withTriggers puts the timers and paths that start a unit before it. Its sockets are told beside it already.
func withTriggers(chain []facts.Link, unit string, triggers []string) []facts.Link {
	at := slices.IndexFunc(chain, func(l facts.Link) bool { return l.Kind == facts.LinkUnit && l.Name == unit })
	if at < 0 {
		return chain
	}
	for _, name := range triggers {
		if strings.HasSuffix(name, ".timer") || strings.HasSuffix(name, ".path") {
			chain = slices.Insert(chain, at, facts.Link{Kind: facts.LinkUnit, Name: name})
		}
	}
	return chain
}

// maxChains bounds the processes whose chains are read for an answer about some ports.
const maxChains = 256
