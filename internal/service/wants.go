package service

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"github.com/compose-spec/compose-go/v2/types"

	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/internal/settings"
)

// Wants are the ports that the service needs on the host for the values, in the order of the definition. Ports that are
// wanted twice are listed twice: to say so is the verdict's.
func (d *Definition) Wants(values settings.Values) ([]port.Requirement, error) {
	b, err := d.builder(values)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(b.wants, func(x, y ranked) int { return cmp.Compare(x.rank, y.rank) })
	list := make([]port.Requirement, 0, len(b.wants)+len(d.Binds))
	for _, w := range b.wants {
		if w.Name == "" {
			w.Name = w.service + "-" + cmp.Or(w.Ports, w.Target).String()
		}
		list = append(list, w.Requirement)
	}
	own, err := d.bindWants(values)
	if err != nil {
		return nil, err
	}
	program := d.onHost(b.project)
	for i := range own {
		own[i].Container = program
	}
	return unique(append(list, own...)), nil
}

func (d *Definition) builder(values settings.Values) (*wantBuilder, error) {
	// Nothing here waits for anything: the files are read already.
	project, err := d.collapsed(context.Background(), values, d.Instance)
	if err != nil {
		return nil, err
	}
	b := &wantBuilder{d: d, project: project, values: values, entries: d.portEntries(d.lookup(values, d.Instance))}
	for _, name := range project.ServiceNames() {
		if err := b.service(project.Services[name]); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// wantBuilder makes wants of the services of a Compose project.
type wantBuilder struct {
	d       *Definition
	project *types.Project
	values  settings.Values
	entries portEntries
	wants   []ranked

	undeclared []string // services on the host's network of which it is not known what they take
}

// ranked is a want with the place of its entry among all entries, and the service of the Compose file that it is of.
type ranked struct {
	port.Requirement
	rank    int
	service string
}

// unique numbers the names that are there already, as a want's name is its key in the report.
func unique(list []port.Requirement) []port.Requirement {
	seen := map[string]int{}
	for i := range list {
		name := list[i].Name
		if seen[name]++; seen[name] > 1 {
			list[i].Name = name + "-" + strconv.Itoa(seen[name])
		}
	}
	return list
}

func atou(s string) uint32 {
	n, _ := strconv.ParseUint(s, 10, 16)
	return uint32(n)
}
