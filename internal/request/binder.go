package request

import (
	"github.com/safeport/safeport/internal/message"
)

// readAs sees whether it was said of any port who is to bind it.
func (q *Request) readAs() error {
	if q.Options.As != "" && len(q.Options.Ports) == 0 {
		return message.Errorf("--as requires a port that is bound without an engine (80)")
	}
	if q.Options.ReusePort && len(q.Options.Ports) == 0 {
		return message.Errorf("--reuse-port requires a port that is bound without an engine (80)")
	}
	return nil
}
