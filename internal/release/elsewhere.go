package release

import (
	"context"
	"os"
	"os/user"
	"strconv"
	"strings"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/release/journal"
)

// usersOwn refuses root a change to what runs with a user's own engine: the journal would be where the user does not find
// it, and his lock would not keep the two apart. Who says where it is to be knows that.
func (s *Session) usersOwn() error {
	if os.Geteuid() != 0 || s.Engine.Uid == 0 || s.Store.Dir != journal.RootsState {
		return nil
	}
	name := "#" + strconv.Itoa(int(s.Engine.Uid)) // as sudo takes a number
	if account, err := user.LookupId(name[1:]); err == nil {
		name = account.Username
	}
	return &journal.RefusedError{
		Reason: message.Say("the engine at %s belongs to user %s, who has separate journals", s.Engine.Endpoint, strings.TrimPrefix(name, "#")),
		Hint:   message.Say("run it as that user (%s), or specify --state-dir", "sudo -iu "+message.Quote(name)),
	}
}

// here refuses a change to an instance that another engine runs: to this one its containers would seem to be gone.
func (s *Session) here(ctx context.Context, instance string) error {
	record, err := s.Store.Load(instance)
	if err != nil {
		return nil // it is read off the labels of the containers that are here
	}
	endpoint, err := s.Engine.Elsewhere(ctx, record)
	if err != nil || endpoint == "" {
		return err
	}
	return &journal.RefusedError{
		Reason: message.Say("%s runs on the engine at %s, not the one at %s", instance, endpoint, s.Engine.Endpoint),
		Hint:   message.Say("use --engine %s; if that engine no longer exists, move journal %s away", message.Quote(endpoint), s.Store.Path(instance)),
	}
}
