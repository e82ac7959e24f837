package advice

import (
	"slices"
	"strconv"

	"github.com/safeport/safeport/internal/describe"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/report"
)

// inUse tells who has a port, which other one is free, and how the holder gives it back.
func (w *Builder) inUse(out *report.Finding, p *report.Port, at int, args message.Args) {
	want := w.Results[at].Required
	others := w.foreign(at)
	key := message.InUse
	switch {
	case len(others) == 0:
		args["holder"] = w.Lang.Text(message.HolderNone, nil)
	case want.Ports.Len() > 1:
		key = message.InUseSome
		taken := map[int]bool{}
		for _, h := range others {
			taken[h.Port] = true
		}
		args["count"], args["first"] = strconv.Itoa(len(taken)), strconv.Itoa(others[0].Port)
		args["holder"] = phrase(w.Lang, others[0])
	default:
		args["holder"] = phrase(w.Lang, others[0])
	}
	out.Message = w.Lang.Text(key, args)
	w.useOther(out, p, want)
	if want.Mode == port.Bind && w.Subject.MayLeave(want) {
		if command := w.Subject.Again("--set", "network=bridge"); command != "" {
			w.remedy(out, message.UseBridge, nil, command)
		}
	}
	w.freeHolders(out, others, want)
}

// foreign are the holders of a want that are not the instance itself.
func (w *Builder) foreign(at int) []describe.Holder {
	return slices.DeleteFunc(slices.Clone(w.Holders[at]), func(h describe.Holder) bool { return h.Own })
}
