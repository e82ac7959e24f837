package engine

import (
	"bytes"
	"cmp"
	"fmt"
	"net"
	"sync"
	"time"
)

// bounds are how much an engine may say, in all its answers together, and how long it may take for them. Whoever can
// make a socket in one of the usual places can say anything.
type bounds struct {
	time  time.Duration
	bytes int64
	// values bounds what is made of the bytes: of "[null,null,…" each takes a hundred times its room once it is decoded.
	values     int64
	containers int
}

// Deadline is how long an engine may take for everything that a check asks it.
const Deadline = 3 * time.Second

// boundsOf are generous to the engine that was chosen or that root runs: ten thousand containers say 30 MB in half a million
// values. Another user's own runs some dozen.
func boundsOf(e Endpoint) bounds {
	if e.Others {
		return bounds{time: time.Second, bytes: 2 << 20, values: 50_000, containers: 250}
	}
	return bounds{time: cmp.Or(e.Within, Deadline), bytes: 64 << 20, values: 1 << 20, containers: 100_000}
}

// meter counts what an engine says on all connections to it. What comes is not compressed, as that is not asked for.
type meter struct {
	bounds
	mu            sync.Mutex
	heard, values int64
	err           error // that it said too much
}

func (m *meter) count(text []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.heard += int64(len(text))
	m.values += int64(bytes.Count(text, []byte{','}))
	switch {
	case m.err != nil:
	case m.heard > m.bytes:
		m.err = fmt.Errorf("its answers are longer than %d MB", m.bytes>>20)
	case m.values > m.bounds.values:
		m.err = fmt.Errorf("its answers have more than %d values", m.bounds.values)
	}
	return m.err
}

// exceeded is the error for an engine that said too much, or else err, which may be what the client made of it.
func (m *meter) exceeded(err error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return cmp.Or(m.err, err)
}

type metered struct {
	net.Conn
	*meter
}

func (c metered) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if over := c.count(p[:n]); over != nil {
		return 0, over
	}
	return n, err
}
