package release

import (
	"context"
	"errors"
	"os"
	"os/user"
	"strconv"
	"strings"

	"github.com/safeport/safeport/internal/message"
)

// usersOwn refuses root a change to what runs with a user's own engine: the journal would be where the user does not find
// it, and his lock would not keep the two apart. Who says where it is to be knows that.
func (s *Session) usersOwn() error {
	if os.Geteuid() != 0 || s.Engine.uid == 0 || s.Store.dir != rootsState {
		return nil
	}
	name := "#" + strconv.Itoa(int(s.Engine.uid)) // as sudo takes a number
	if account, err := user.LookupId(name[1:]); err == nil {
		name = account.Username
	}
	return &RefusedError{
		Reason: message.Say("the engine at %s is that of user %s, who has journals of his own", s.Engine.Endpoint, strings.TrimPrefix(name, "#")),
		Hint:   message.Say("run it as that user, as by %s, or say --state-dir", "sudo -iu "+message.Quote(name)),
	}
}

// elsewhere is the endpoint of the engine that runs an instance, if it is another than this one. One engine may have
// several addresses: it is this one if it has a container of the instance.
func (e *Engine) elsewhere(ctx context.Context, record *Record) (endpoint string, err error) {
	if record == nil || record.Endpoint == e.Endpoint || sameSocket(record.Endpoint, e.Endpoint) {
		return "", nil
	}
	for _, r := range record.Releases {
		for _, c := range r.Containers {
			if _, ok, err := e.inspect(ctx, c.ID); err != nil || ok {
				return "", err
			}
		}
	}
	return record.Endpoint, nil
}

func sameSocket(a, b string) bool {
	one, err1 := os.Stat(strings.TrimPrefix(a, "unix://"))
	other, err2 := os.Stat(strings.TrimPrefix(b, "unix://"))
	return err1 == nil && err2 == nil && os.SameFile(one, other) // /var/run is /run
}

// here refuses a change to an instance that another engine runs: to this one its containers would seem to be gone.
func (s *Session) here(ctx context.Context, instance string) error {
	record, err := s.Store.Load(instance)
	if err != nil {
		return nil // it is read off the labels of the containers that are here
	}
	endpoint, err := s.Engine.elsewhere(ctx, record)
	if err != nil || endpoint == "" {
		return err
	}
	return &RefusedError{
		Reason: message.Say("%s is run by the engine at %s, and this is the one at %s", instance, endpoint, s.Engine.Endpoint),
		Hint:   message.Say("say --engine %s; if it is gone for good, move the journal %s away", message.Quote(endpoint), s.Store.path(instance)),
	}
}

// outdated says that the instance has been changed with another journal: a release runs or has run that this one does not
// know. What was only made is left by a run that was killed.
func (r *Runner) outdated(ctx context.Context, record *Record) error {
	list, err := r.Engine.list(ctx, labelInstance+"="+record.Instance, LabelRelease)
	if err != nil {
		return err
	}
	for _, c := range list {
		number, err := strconv.Atoi(c.Labels[LabelRelease])
		if err == nil && record.Release(number) == nil && c.State != "created" {
			return &DamagedError{r.Store.path(record.Instance), message.Errorf("release %d is there and not in it, as after a change with another --state-dir", number)}
		}
	}
	return nil
}

// journal is what the journal says of an instance, if it can be taken at its word.
func (r *Runner) journal(ctx context.Context, instance string) (*Record, error) {
	for again := true; ; again = false {
		record, err := r.Store.Load(instance)
		if err != nil || record == nil {
			return record, err
		}
		if err = r.outdated(ctx, record); err != nil {
			record = nil
		}
		var damaged *DamagedError
		if again && errors.As(err, &damaged) {
			continue // who only looks may have read it just before another run wrote
		}
		return record, err
	}
}
