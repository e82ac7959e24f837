package engine

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"time"

	cerrdefs "github.com/containerd/errdefs"
	"github.com/moby/moby/client"

	"github.com/safeport/safeport/internal/message"
)

// UnavailableError is an engine that has been silent for longer than the patience with it.
type UnavailableError struct {
	Endpoint string
	Err      error // of the last attempt
}

func (e *UnavailableError) Error() string { return e.In(message.English) }

// In is the error in a language.
func (e *UnavailableError) In(l message.Language) string {
	return l.Sprintf("the engine at %s hasn't responded for %s: %v", e.Endpoint, EngineTimeout, e.Err)
}

func (e *UnavailableError) Unwrap() error { return e.Err }

// unanswered is a question that the engine did not answer, or not as an engine does.
type unanswered struct{ error }

func (u unanswered) Unwrap() error { return u.error }

func (e *Engine) ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, pingWithin)
	defer cancel()
	_, err := e.Api.Ping(ctx, client.PingOptions{})
	return err
}

// Interrupted says whether an error is that of a conversation with the engine, and not the engine's answer: it is dead, or it is
// being restarted and has hung up.
func Interrupted(err error) bool {
	if err == nil {
		return false
	}
	if _, ok := errors.AsType[unanswered](err); ok {
		return true
	}
	var socket *net.OpError
	return client.IsErrConnectionFailed(err) || cerrdefs.IsUnavailable(err) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.As(err, &socket) && strings.HasPrefix(socket.Net, "unix") || // a service is asked by TCP
		strings.Contains(err.Error(), "error during connect") || // Compose keeps the text of some
		strings.Contains(err.Error(), "Cannot connect to the Docker daemon")
}

// Guarded does what takes the engine, and gives it up with a [*UnavailableError] when the engine is dead or hangs. What is asked
// of the engine may take minutes, and a service that is slow to start even more: that the engine is there at all is asked
// beside it. What a restart of the engine broke off is done again: all that is done this way looks first at what is there.
func (e *Engine) Guarded(ctx context.Context, do func(context.Context) error) error {
	for lives := interruptions; ; lives-- {
		silent, err := e.guardedOnce(ctx, do)
		var gone *UnavailableError
		if err == nil || lives == 0 || ctx.Err() != nil || errors.As(err, &gone) || !silent && !Interrupted(err) && !e.goes(ctx, err) {
			return err
		}
		if err := e.Await(ctx, func() {}); err != nil {
			return err
		}
	}
}

// ending is how long an engine that was told to end may go on answering: until its containers have stopped, for which Docker gives
// them 15 seconds, and then a moment longer.
const ending = 20 * time.Second

// goes says whether the engine goes away with an error, or has. One that is told to end answers for a while, with errors of what it has
// closed already.
func (e *Engine) goes(ctx context.Context, err error) bool {
	text, within := err.Error(), time.Duration(0)
	for _, closed := range []string{"database not open", "shutting down", "request returned 500", "failed to update store"} {
		if strings.Contains(text, closed) {
			within = ending
		}
	}
	if within == 0 && strings.Contains(text, "from daemon") {
		within = 2 * pingEvery
	}
	for began := time.Now(); e.ping(ctx) == nil; time.Sleep(AskEvery) {
		if time.Since(began) > within {
			return false
		}
	}
	return ctx.Err() == nil
}

// guardedOnce is one try. It says whether the engine was silent for a moment meanwhile.
func (e *Engine) guardedOnce(ctx context.Context, do func(context.Context) error) (silent bool, err error) {
	ctx, cancel := context.WithCancelCause(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if err := e.silence(ctx, func() { silent = true }); err != nil {
			cancel(err)
		}
	}()
	err = do(ctx)
	var gone *UnavailableError
	if err != nil && errors.As(context.Cause(ctx), &gone) {
		err = gone
	}
	cancel(nil)
	<-ended
	return silent, err
}

// silence returns when the engine has been silent for too long, or with nil when the context ends.
// missed is called each time that it does not answer.
func (e *Engine) silence(ctx context.Context, missed func()) error {
	for heard := time.Now(); ; {
		err := e.ping(ctx)
		switch {
		case ctx.Err() != nil:
			return nil
		case err == nil:
			heard = time.Now()
		case time.Since(heard) > EngineTimeout:
			return &UnavailableError{e.Endpoint, err}
		default:
			missed()
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(pingEvery):
		}
	}
}

// Await waits until the engine answers, as it may after a restart. silent is called once when it does not do so at once.
func (e *Engine) Await(ctx context.Context, silent func()) error {
	for began, told := time.Now(), false; ; told = true {
		err := e.ping(ctx)
		switch {
		case err == nil:
			return nil
		case time.Since(began) > EngineTimeout:
			return &UnavailableError{e.Endpoint, err}
		case !told:
			silent()
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(AskEvery):
		}
	}
}
