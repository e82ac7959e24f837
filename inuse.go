package safeport

import (
	"slices"
	"strconv"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/port"
)

// inUse tells who has a port, which other one is free, and how the holder gives it back.
func (w *writer) inUse(out *Finding, p *Port, at int, args message.Args) {
	want := w.results[at].Want
	others := w.foreign(at)
	key := message.InUse
	switch {
	case len(others) == 0:
		args["holder"] = w.lang.Text(message.HolderNone, nil)
	case want.Ports.Len() > 1:
		key = message.InUseSome
		taken := map[int]bool{}
		for _, h := range others {
			taken[h.Port] = true
		}
		args["count"], args["first"] = strconv.Itoa(len(taken)), strconv.Itoa(others[0].Port)
		args["holder"] = phrase(w.lang, others[0])
	default:
		args["holder"] = phrase(w.lang, others[0])
	}
	out.Message = w.lang.Text(key, args)
	w.useOther(out, p, want)
	if want.Mode == port.Bind && w.subject.mayLeave(want) {
		if command := w.subject.again("--set", "network=bridge"); command != "" {
			w.remedy(out, message.UseBridge, nil, command)
		}
	}
	w.freeHolders(out, others, want)
}

// foreign are the holders of a want that are not the instance itself.
func (w *writer) foreign(at int) []described {
	return slices.DeleteFunc(slices.Clone(w.holders[at]), func(h described) bool { return h.Own })
}
