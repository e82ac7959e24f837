package release

import (
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/release/journal"
)

// imagesThere refuses to replace a container whose image somebody has removed by force: what it has from its image can't be told from what was
// chosen for it, and an image that comes in its place would get the old one's variables.
func (s *Session) imagesThere(sc *scene) error {
	for _, old := range sc.serving {
		if !old.ImageGone {
			continue
		}
		return &journal.RefusedError{
			Reason: message.Say("the image of container %s was removed from this host, so safeport can't tell what else it was given", old.Container.Name),
			Hint: message.Say("get that image again (%s), or run %q, which keeps the data, and install it anew",
				s.Engine.Command+" pull "+message.Quote(old.Inspect.Config.Image), s.Command(journal.Uninstall, s.words(sc.found.Name))),
		}
	}
	return nil
}
