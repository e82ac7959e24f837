package probe

import "safeport/internal/port"

// Held are ports that are kept from everybody else, as far as they could be had.
type Held struct{ sockets sockets }

// Hold takes the ports of the wants, as [Ask] does, and keeps them. What cannot be had is left: to say so is Ask's.
func Hold(wants []port.Want) *Held {
	h := &Held{}
	for _, w := range wants {
		h.sockets.ask(w, false)
	}
	return h
}

// Close lets go of the ports.
func (h *Held) Close() { h.sockets.close() }
