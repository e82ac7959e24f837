package safeport

import (
	"syscall"

	"github.com/safeport/safeport/internal/claim"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/internal/verdict"
)

// describeWay names, in a sentence, what of this host's routes and devices keeps clients out.
func describeWay(lang Language, way claim.Way) string {
	args := message.Args{"device": message.Clean(way.Device), "client": way.Client.String(), "reason": lostReason(way)}
	key := message.WayIn
	switch way.Lost {
	case claim.Returning:
		if key = message.WayBack; way.Other != "" {
			key, args["device"] = message.WayBackOther, message.Clean(way.Other)
		}
	case claim.Down:
		key = message.WayDown
	case claim.NoARP:
		key = message.WayNoARP
	case claim.ARPIgnored:
		key = message.WayARPIgnored
	}
	return lang.Text(key, args)
}

// lostReason is why, in the words of ip-route(8).
func lostReason(way claim.Way) string {
	switch way.Errno {
	case syscall.EINVAL:
		return "blackhole"
	case syscall.EACCES:
		return "prohibit"
	case syscall.ENETUNREACH:
		return "unreachable"
	case syscall.EHOSTUNREACH:
		if way.Lost == claim.Coming {
			return "net.ipv4.ip_forward"
		}
		return "unreachable"
	case syscall.EXDEV:
		return "rp_filter"
	}
	return way.Errno.Error()
}

// unavailable tells of an address that the host lacks, or of one that is none without a device.
func (w *writer) unavailable(out *Finding, want port.Want, f verdict.Finding, args message.Args) {
	if f.Result.Refusal != syscall.EINVAL {
		out.Message = w.lang.Text(message.Unavailable, args)
		w.remedy(out, message.OwnAddresses, nil, "ip -brief address")
		return
	}
	out.Message = w.lang.Text(message.UnavailableLink, args)
	links := w.facts.Probes[f.Want].Links
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
