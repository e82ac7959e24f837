package advice

import (
	"path"
	"slices"
	"strings"

	"github.com/safeport/safeport/internal/describe"
	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/message"
)

// isLXC says whether a link is a container of LXC, or of what is built on it.
func isLXC(l facts.Link) bool {
	return l.Kind == facts.LinkMachine && (l.Service == "lxc" || l.Service == "lxd" || l.Service == "incus")
}

// lxcStop stops a container, and starts it again where it can be started by its name.
func lxcStop(l facts.Link) (stop, start string) {
	switch l.Service {
	case "incus":
		return "sudo incus stop " + inProject(l.Name), "sudo incus start " + inProject(l.Name)
	case "lxd":
		return "sudo lxc stop " + inProject(l.Name), "sudo lxc start " + inProject(l.Name)
	}
	if stop = lxcTool(l, "stop"); l.Directory != "" {
		start = lxcTool(l, "start")
	}
	return stop, start
}

// inProject is a container of LXD or Incus as their clients call it: what they give to LXC has the project before the name.
func inProject(name string) string {
	if project, of, is := strings.Cut(name, "_"); is {
		return "--project " + message.Quote(project) + " " + message.Quote(of)
	}
	return message.Quote(name)
}

// lxcOf is the container of LXC that a holder's unit is in: as its monitor tells, or as the cgroup does.
func lxcOf(h describe.Holder) facts.Link {
	m := h.Use().Machine
	if p := h.Use().Process; p != nil {
		for _, l := range slices.Backward(p.Chain) {
			if l.Kind == facts.LinkMachine && l.Service == "lxc" && message.Clean(l.Name+l.Config) == l.Name+l.Config {
				return l
			}
		}
	}
	return facts.Link{Kind: facts.LinkMachine, Name: m.Name, Service: "lxc"}
}

// lxcTool is the beginning of a command of LXC's about a container: as the user whose it is, in the directory where it is.
func lxcTool(l facts.Link, verb string) string {
	command := asOwner(l.User) + "lxc-" + verb
	if l.Config != "" && path.Clean(l.Config) != "/var/lib/lxc" {
		command += " --lxcpath=" + message.Quote(l.Config)
	}
	return command + " --name=" + message.Quote(l.Name)
}
