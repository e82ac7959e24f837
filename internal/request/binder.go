package request

import (
	"github.com/safeport/safeport/internal/message"
)

// readAs sees whether it was said of any port who is to bind it.
func (q *Request) readAs() error {
	if q.Options.As != "" && len(q.Options.Ports) == 0 {
		return message.Errorf("--as says who binds ports himself: name one (80)")
	}
	return nil
}
