package service

import (
	"cmp"
	"slices"

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
			w.Name = w.part + "-" + cmp.Or(w.Ports, w.Target).String()
		}
		list = append(list, w.Requirement)
	}
	own, err := d.bindWants(values)
	if err != nil {
		return nil, err
	}
	program := b.model.onHost()
	for i := range own {
		own[i].Container = program
	}
	return unique(append(list, own...)), nil
}

// Volumes are the volumes that the service uses for the values, as an instance of that name.
func (d *Definition) Volumes(values settings.Values, instance string) ([]string, error) {
	m, err := d.Source.Model(values, instance)
	if err != nil {
		return nil, err
	}
	return m.Volumes, nil
}

func (d *Definition) builder(values settings.Values) (*wantBuilder, error) {
	m, err := d.Source.Model(values, d.Instance)
	if err != nil {
		return nil, err
	}
	b := &wantBuilder{d: d, model: m, values: values}
	for i := range m.Parts {
		if err := b.part(&m.Parts[i]); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// onHost is the first part on the host's network: what the definition binds there, it binds.
func (m *Model) onHost() *port.Container {
	for i := range m.Parts {
		if p := &m.Parts[i]; p.NetworkMode == "host" && p.Scale > 0 {
			return p.rights()
		}
	}
	return nil
}
