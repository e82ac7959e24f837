package journal

// Progress is told how far a step has come that may take minutes.
type Progress struct {
	Begin func()
	Bytes func(id string, current, total int64) // of each part that is moved side by side with others
	Done  func()
	// Step and Finished tell of each step that is begun and of each that has come to its end; nil: nobody is told.
	Step     func(Step)
	Finished func(Step)
}

// Beginning tells of a step.
func (p Progress) Beginning(s Step) {
	if p.Step != nil {
		p.Step(s)
	}
}

// Ended tells of a step that has come to its end.
func (p Progress) Ended(s Step) {
	if p.Finished != nil {
		p.Finished(s)
	}
}

// Counted tells of bytes as they come by. The total may be a guess.
func (p Progress) Counted(id string, total int64) func(n int) {
	var sum int64
	return func(n int) {
		sum += int64(n)
		p.Bytes(id, sum, max(total, sum))
	}
}
