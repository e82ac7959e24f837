package output

import (
	"io"
	"slices"
	"strconv"

	"github.com/safeport/safeport/report"
)

// FreeUp is what is told before a port is freed.
type FreeUp struct {
	Held       []report.Port       // with who has it
	Steps      []report.Remedy     // what will be done
	Kept       []report.Remedy     // what is said of holders that are not stopped; then nothing is done
	Dependents []report.ListedPort // what the holders have besides
}

// Write lays it out.
func (f FreeUp) Write(w io.Writer, opt Options) error {
	p := &page{opt: opt, chains: true}
	portWidth := labelWidth(f.Held)
	names := map[int]string{}
	var ports []int
	for _, row := range f.Held {
		p.tenants(0, cell{pad(row.Label(), portWidth) + "  ", bold}, row.Holders)
		for _, h := range row.Holders {
			ports, names[h.PID] = append(ports, h.Port), h.Name
		}
	}
	p.needing(f.Held)
	p.dependents(ports, f.Dependents)
	p.blank()
	if len(f.Kept) > 0 || len(f.Steps) == 0 {
		p.paragraph(p.say("This port can't be freed:"), bold)
		for _, remedy := range f.Kept {
			if remedy.Text == "" {
				remedy.Text = p.say("unknown what manages the process")
			}
			p.remedies(2, []report.Remedy{remedy})
		}
		return p.writeTo(w)
	}
	p.paragraph(p.say("Steps:"), bold)
	for _, remedy := range f.Steps {
		if remedy.Process != 0 {
			p.item(2, nil, p.say("End %s (PID %d) with SIGTERM", names[remedy.Process], remedy.Process))
			continue
		}
		p.remedies(2, []report.Remedy{remedy})
	}
	return p.writeTo(w)
}

// dependents tells what else ends with the holders.
func (p *page) dependents(ports []int, list []report.ListedPort) {
	var others []string
	connections := 0
	for _, l := range list {
		label := strconv.Itoa(l.Port) + "/" + l.Protocol
		switch {
		case l.Holder.State == "connected":
			connections++
		case l.Holder.State != "time-wait" && !slices.Contains(ports, l.Port) && !slices.Contains(others, label):
			others = append(others, label)
		}
	}
	const most = 8
	if len(others) > 0 {
		p.item(2, []cell{p.mark(warned())}, p.say("It also uses other ports: %s", enumerate(others, most, p.opt.Language)))
	}
	if connections > 0 {
		p.item(2, []cell{p.mark(warned())}, count(connections, "It has 1 connection", "It has %d connections", p.opt.Language))
	}
}

// needing tells what stops with the holders, or lacks them then.
func (p *page) needing(held []report.Port) {
	const most = 8
	for _, kind := range []struct{ needs, text string }{
		{"unit", "These units stop with it: %s"},
		{"service", "Compose services that depend on it: %s"},
		{"network", "Containers that lose their network: %s"},
	} {
		var names []string
		for _, row := range held {
			for _, h := range row.Holders {
				for _, d := range h.Dependents {
					if d.Needs == kind.needs && !slices.Contains(names, d.Name) {
						names = append(names, d.Name)
					}
				}
			}
		}
		if len(names) > 0 {
			p.item(2, []cell{p.mark(warned())}, p.say(kind.text, enumerate(names, most, p.opt.Language)))
		}
	}
}
