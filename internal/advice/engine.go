package advice

import (
	"strconv"
	"strings"

	"github.com/safeport/safeport/internal/describe"
	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/report"
)

// containerPhrase names a container in a sentence: "container shop-web-1 (nginx:1.27)".
func containerPhrase(l report.Language, c *report.Container) string {
	key := message.HolderContainer
	switch {
	case c.Service:
		key = message.HolderService
	case c.Pod != "":
		key = message.HolderInPod
	case c.Image != "":
		key = message.HolderImage
	}
	text := l.Text(key, message.Args{"name": c.Name, "image": c.Image, "pod": c.Pod})
	if c.User != "" {
		text = l.Text(message.HolderOfEngine, message.Args{"container": text, "user": c.User})
	}
	return text
}

// commandOf is how the engine that has a container is spoken to: as it was asked, or, where it was not asked, as the one
// whose engine it is would do. It is empty where that is not known.
func (s Subject) commandOf(c facts.Container) string {
	switch {
	case c.Endpoint == s.Endpoint && c.Endpoint != "":
		return s.Docker
	case c.Endpoint != "" && c.Engine == "podman":
		return "podman --url " + message.Quote(c.Endpoint)
	case c.Endpoint != "":
		return "docker -H " + message.Quote(c.Endpoint)
	case c.Host != "":
		return asUser(message.Clean(c.User)) + "docker -H " + message.Quote(c.Host)
	case c.Engine == "", c.Engine == "docker" && c.User == "" && s.Answers:
		return "" // another engine has it, and it is not known which
	case c.Engine == "docker" && c.User == "":
		return "sudo " + s.AsRoot
	}
	return asUser(message.Clean(c.User)) + c.Engine
}

// commandBehind is how the engine is spoken to that a helper belongs to.
func (s Subject) commandBehind(h describe.Holder) string {
	user := h.User
	if user == "root" {
		user = ""
	}
	switch {
	case h.Name == "conmon", strings.HasPrefix(h.Name, "rootlessport"), h.Name == "slirp4netns", strings.HasPrefix(h.Name, "pasta"):
		return asUser(user) + "podman"
	case h.Name == "rootlesskit", h.Name == "docker-rootlesskit":
		return asUser(user) + "docker"
	}
	return "sudo " + s.AsRoot
}

// asUser begins a command that a user is to run, or root.
func asUser(user string) string {
	if user == "" {
		return "sudo "
	}
	return "sudo -iu " + message.Quote(sudoUser(user)) + " "
}

// sudoUser is what sudo knows a user by: a number has to be told from a name. One may have a name that is not in the host's own
// files, but with a directory service.
func sudoUser(name string) string {
	if _, err := strconv.ParseUint(name, 10, 32); err == nil {
		return "#" + name
	}
	return name
}

// asOwner is the beginning of a command that is run as the user who has the supervisor: its files and what listens on its
// socket are that user's, and are not to be met with more rights than the user has.
func asOwner(user string) string {
	if user == "" || user == "root" {
		return "sudo "
	}
	return "sudo -u " + message.Quote(sudoUser(user)) + " "
}
