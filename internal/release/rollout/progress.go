package rollout

// long does what may take minutes.
func (r *Runner) long(do func() error) error {
	r.Progress.Begin()
	defer r.Progress.Done()
	return do()
}
