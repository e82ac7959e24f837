package service

import (
	"github.com/compose-spec/compose-go/v2/types"

	"safeport/internal/message"
	"safeport/internal/port"
)

// host takes the ports of a service on the host's network: those that it exposes, and the container's side of those that
// it publishes, as the engine publishes nothing there and the program listens on its own port.
func (b *wantBuilder) host(s types.ServiceConfig) error {
	for _, spec := range s.Expose {
		if err := b.exposed(s.Name, spec); err != nil {
			return err
		}
	}
	for _, p := range s.Ports {
		w, _, err := b.published(s, p)
		if err != nil {
			return err
		}
		w.Mode, w.Ports, w.Target, w.AnyOf = port.Bind, w.Target, port.Range{}, 0
		b.wants = append(b.wants, w)
	}
	return nil
}

func (b *wantBuilder) exposed(service, spec string) error {
	where, rank := b.d.files[0].path, len(b.entries)
	for name, at := range b.d.items("expose") {
		if name != service {
			continue
		}
		if text, err := substitute(at.node.Value, b.d.lookup(b.values, b.d.Instance)); err == nil && text == spec {
			where = at.where()
		}
	}
	w, err := port.Parse(spec)
	if err != nil {
		return message.Errorf("%s: exposed port of service %s: %w", where, service, err)
	}
	w.Name, w.About = "", message.Say("port %s of %s on the host's network", w.Ports, service).Words()
	w.Service, w.Origin = b.d.Name, port.Origin{Kind: "definition", Where: where}
	b.wants = append(b.wants, ranked{w, rank, service})
	return nil
}
