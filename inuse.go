package safeport

import (
	"fmt"
	"strconv"

	"safeport/internal/message"
	"safeport/internal/port"
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
	freed := map[string]bool{}
	for _, h := range others {
		if name := fmt.Sprint(h.Kind, h.Name, h.PID, h.Unit); !freed[name] && len(freed) < 3 {
			freed[name] = true
			w.freeHolder(out, h)
		}
	}
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

// freeHolder says how a holder gives the port back. Nothing is ever told to be killed.
func (w *writer) freeHolder(out *Finding, h Holder) {
	switch {
	case h.forContainer:
		out.add(w.lang, message.FindContainer, nil, fmt.Sprintf("%s ps --filter publish=%d", w.subject.commandBehind(h), h.Port))
	case h.rule != nil:
		out.add(w.lang, message.ShowRule, nil, showRule(*h.rule))
	case h.Kind == HolderContainer && h.Container.Service:
		out.add(w.lang, message.UnpublishService, nil, fmt.Sprintf("%s service update --publish-rm %d %s", w.subject.commandOf(h.Container), h.Port, message.Operands(h.Name)))
	case h.Kind == HolderContainer:
		out.add(w.lang, message.StopContainer, nil, w.subject.commandOf(h.Container)+" stop "+message.Operands(h.Name))
	case h.Unit != "":
		out.add(w.lang, message.StopUnit, nil, systemctl(h.userUnit, h.unitUID)+"stop "+units(h))
	case h.State == "time-wait":
		out.add(w.lang, message.WaitTimeWait, message.Args{"seconds": h.secondsLeft()}, "")
	case h.State == "connected" && h.Protocol == "tcp":
		setting := "net.ipv4.ip_local_reserved_ports=" + reserved(w.kernel.Reserved, []port.Range{port.Single(uint16(h.Port))})
		out.add(w.lang, message.EndConnection, nil, "sudo sysctl -w "+setting)
	case h.Kind == HolderProcess:
		out.add(w.lang, message.StopProcess, message.Args{"name": h.Name, "pid": strconv.Itoa(h.PID)}, "")
	}
}
