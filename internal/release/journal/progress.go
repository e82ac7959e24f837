package journal

// Progress is told how far a step has come that may take minutes.
type Progress struct {
	Begin func()
	Bytes func(id string, current, total int64) // of each part that is moved side by side with others
	Done  func()
}

// Counted tells of bytes as they come by. The total may be a guess.
func (p Progress) Counted(id string, total int64) func(n int) {
	var sum int64
	return func(n int) {
		sum += int64(n)
		p.Bytes(id, sum, max(total, sum))
	}
}
