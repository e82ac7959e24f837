package facts

// NetworkError says that a service binds its ports in another network namespace than the one of whoever asks. The same
// question has an answer in there.
type NetworkError struct {
	Err  error
	Path string // of the namespace, to be opened
}

func (e *NetworkError) Error() string { return e.Err.Error() }
func (e *NetworkError) Unwrap() error { return e.Err }
