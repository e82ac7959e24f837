package journal

// Commit writes down that the pending change's new release serves.
func (s *Store) Commit(r *Record) error {
	if w := r.Pending.Words; w != nil {
		r.Words = *w
	}
	r.Current, r.Before, r.Pending = r.Pending.To, r.Pending.From, nil
	return s.Save(r)
}
