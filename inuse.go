package safeport

import (
	"strconv"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/port"
)

// inUse tells who has a port, which other one is free, and how the holder gives it back.
func (w *writer) inUse(out *Finding, p *Port, want port.Want, args message.Args) {
	others := foreign(p.Holders)
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
		args["holder"] = others[0].phrase(w.lang)
	default:
		args["holder"] = others[0].phrase(w.lang)
	}
	out.Message = w.lang.Text(key, args)
	w.useOther(out, p, want)
	if want.Mode == port.Bind && w.subject.mayLeave(want) {
		if command := w.subject.again("--set", "network=bridge"); command != "" {
			out.add(w.lang, message.UseBridge, nil, command)
		}
	}
	w.freeHolders(out, others, want)
}

func foreign(holders []Holder) []Holder {
	var others []Holder
	for _, h := range holders {
		if !h.Own {
			others = append(others, h)
		}
	}
	return others
}
