package output

import (
	"strings"

	"github.com/safeport/safeport/report"
)

// brief is how a holder came to run, in one line: "systemd → cron.service → backup.sh → python3". What says nothing new is
// left out: programs that do nothing but run another one, and the main process of a unit that the unit is named after.
func brief(chain []report.Link, arrow string, l report.Language) string {
	var words []string
	for i := range chain {
		if i < len(chain)-1 && understood(chain, i) {
			continue
		}
		if word := briefLink(chain[i], l); len(words) == 0 || words[len(words)-1] != word {
			words = append(words, word)
		}
	}
	return strings.Join(words, arrow)
}

// understood says whether a link goes without saying beside its neighbours.
func understood(chain []report.Link, i int) bool {
	link := chain[i]
	switch link.Kind {
	case "wrapper":
		return true
	case "scheduler", "engine", "supervisor":
		// cron.service says cron, docker.service docker.
		return link.Service == "" && i > 0 && chain[i-1].Kind == "unit"
	case "process":
		return chain[i+1].Kind == "login" || link.Name == "sshd"
	}
	return false
}

func briefLink(link report.Link, l report.Language) string {
	switch link.Kind {
	case "manager":
		return l.Sprintf("%s (%s)", link.Name, link.User)
	case "login":
		where := nonEmpty(link.From, link.TTY)
		if len(where) == 0 {
			return l.Sprintf("%s login of %s", link.Name, link.User)
		}
		return l.Sprintf("%s login of %s (%s)", link.Name, link.User, joined(where, l))
	case "machine", "container", "pod":
		return l.Sprintf("%s %s", kindName(link.Kind, l), link.Name)
	case "scheduler":
		if link.Name == "at" && link.Service != "" {
			return l.Sprintf("at job %s", link.Service)
		}
		return link.Name
	case "supervisor", "app", "engine", "terminal":
		if link.Service != "" {
			return l.Sprintf("%s (%s)", link.Name, link.Service)
		}
	}
	return link.Name
}

// kindName is a word for a kind of link.
func kindName(kind string, l report.Language) string {
	switch kind {
	case "init":
		return l.Sprintf("first process")
	case "manager":
		return l.Sprintf("user's service manager")
	case "machine":
		return l.Sprintf("machine")
	case "unit":
		return l.Sprintf("systemd unit")
	case "login":
		return l.Sprintf("login")
	case "terminal":
		return l.Sprintf("terminal multiplexer")
	case "editor":
		return l.Sprintf("editor server")
	case "scheduler":
		return l.Sprintf("scheduler")
	case "supervisor":
		return l.Sprintf("supervisor")
	case "app":
		return l.Sprintf("application")
	case "engine":
		return l.Sprintf("container engine")
	case "pod":
		return l.Sprintf("Pod")
	case "container":
		return l.Sprintf("container")
	case "shell":
		return l.Sprintf("shell")
	case "wrapper":
		return l.Sprintf("started through")
	}
	return l.Sprintf("process")
}

// tree writes how a holder came to run, a link a line, each below the one that started it.
func (p *page) tree(indent int, chain []report.Link) {
	for i, link := range chain {
		branch := ""
		if i > 0 {
			branch = strings.Repeat("   ", i-1) + p.branch()
		}
		name := link.Name
		if link.Service != "" {
			name += " (" + link.Service + ")"
		}
		facts := []string{kindName(link.Kind, p.opt.Language)}
		if link.PID != 0 {
			facts = append(facts, p.say("PID %d", link.PID))
		}
		facts = append(facts, nonEmpty(link.User)...)
		if link.From != "" {
			facts = append(facts, p.say("from %s", link.From))
		}
		facts = append(facts, nonEmpty(link.TTY)...)
		if link.Since != nil {
			facts = append(facts, p.say("since %s", link.Since.Local().Format("2006-01-02 15:04")))
		}
		if link.Nohup {
			facts = append(facts, p.say("ignores hang-up"))
		}
		p.item(indent, []cell{{branch, dim}, {name + "  ", bold}}, joined(facts, p.opt.Language))
		under := indent + 3*i + 2
		for _, detail := range p.details(link) {
			p.item(under, []cell{{detail[0] + " ", dim}}, detail[1])
		}
	}
}

// details are what else is known of a link: pairs of a name and a value.
func (p *page) details(link report.Link) (list [][2]string) {
	for _, d := range [][2]string{
		{p.say("command:"), link.Command}, {p.say("configured in:"), link.Config}, {p.say("directory:"), link.Directory}, {p.say("project:"), link.Project},
	} {
		if d[1] != "" && d[1] != link.Name {
			list = append(list, d)
		}
	}
	return list
}

// chain writes how a holder came to run: in one line, or in full.
func (p *page) chain(indent int, t holderRow) {
	switch {
	case len(t.Chain) == 0:
	case p.opt.Tree:
		p.tree(indent, t.Chain)
	default:
		p.indented(indent, brief(t.Chain, p.arrow(), p.opt.Language), dim)
	}
}

func (p *page) arrow() string {
	if p.opt.UTF8 {
		return " → "
	}
	return " -> "
}

func (p *page) branch() string {
	if p.opt.UTF8 {
		return "└─ "
	}
	return "`- "
}
