package advice

import (
	"syscall"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/internal/verdict"
	"github.com/safeport/safeport/report"
)

// describeWay names, in a sentence, what of this host's routes and devices keeps clients out.
func describeWay(lang report.Language, way facts.Way) string {
	args := message.Args{"device": message.Clean(way.Device), "client": way.Client.String(), "reason": lostReason(way)}
	key := message.WayIn
	switch way.Lost {
	case facts.Returning:
		if key = message.WayBack; way.Other != "" {
			key, args["device"] = message.WayBackOther, message.Clean(way.Other)
		}
	case facts.Down:
		key = message.WayDown
	case facts.NoARP:
		key = message.WayNoARP
	case facts.ARPIgnored:
		key = message.WayARPIgnored
	case facts.Renamed:
		key, args["source"] = message.WayRenamed, way.From.String()
	case facts.Stranded:
		key = message.WayStranded
	case facts.Astray:
		key, args["device"], args["bridge"] = message.WayAstray, message.Clean(way.Other), message.Clean(way.Bridge)
	case facts.Bridged:
		key, args["bridge"] = message.WayBridged, message.Clean(way.Other)
	case facts.Uncarried:
		if key = message.WayUncarried; way.Local.Is4() {
			key = message.WayIdle
		}
	}
	return lang.Text(key, args)
}

// lostReason is why, in the words of ip-route(8).
func lostReason(way facts.Way) string {
	switch way.Errno {
	case syscall.EINVAL:
		return "blackhole"
	case syscall.EACCES:
		return "prohibit"
	case syscall.ENETUNREACH:
		return "unreachable"
	case syscall.EHOSTUNREACH:
		if way.Lost == facts.Coming {
			return "net.ipv4.ip_forward"
		}
		return "unreachable"
	case syscall.EXDEV:
		return "rp_filter"
	}
	return way.Errno.Error()
}

// unavailable tells of an address that the host lacks, or of one that is none without a device.
func (w *Builder) unavailable(out *report.Finding, want port.Requirement, f verdict.Finding, args message.Args) {
	if f.Result.Refusal != syscall.EINVAL {
		out.Message = w.Lang.Text(message.Unavailable, args)
		w.remedy(out, message.OwnAddresses, nil, "ip -brief address")
		return
	}
	out.Message = w.Lang.Text(message.UnavailableLink, args)
	links := w.Facts.Probes[f.Required].Links
	for _, device := range links {
		if want.Mode == port.Bind && want.Service == "" {
			at := "[" + want.Addr.WithZone(device).String() + "]:" + want.Ports.String() + "/" + want.Protocol.String()
			w.remedy(out, message.WithDevice, nil, "safeport check "+message.Quote(at))
		}
	}
	if len(links) == 0 || want.Mode != port.Bind {
		w.remedy(out, message.OwnAddresses, nil, "ip -brief address")
	}
}
