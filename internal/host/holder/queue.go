package holder

import (
	"sync"
)

// queue is a list that is taken from at both ends.
type queue struct {
	mu   sync.Mutex
	pids []int
}

func (q *queue) first() (int, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.pids) == 0 {
		return 0, false
	}
	pid := q.pids[0]
	q.pids = q.pids[1:]
	return pid, true
}

func (q *queue) last() (int, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.pids) == 0 {
		return 0, false
	}
	pid := q.pids[len(q.pids)-1]
	q.pids = q.pids[:len(q.pids)-1]
	return pid, true
}
