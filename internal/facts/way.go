package facts

import (
	"fmt"
	"net/netip"
	"syscall"
)

// Way is a part of a packet's way that no rule of a filter stands in: the routes of this host, and its devices.
type Way struct {
	Lost   Lost
	Device string     // by which clients come; the one that is down
	Client netip.Addr // one of them; zero where it does not matter
	Local  netip.Addr // the address of this host that he asks, or of the container that he is sent to
	Errno  syscall.Errno
	From   netip.Addr // that answers come from
	Bridge string     // of containers, that packets for one are to leave by
	Other  string     // device that answers leave by, or the bridge that has this one

	// Where rules of routing name ports, those of the packet that is lost; no protocol where none does.
	Protocol       string
	Source, Target uint16
}

// Lost says where packets are lost.
type Lost uint8

const (
	Coming     Lost = iota + 1 // the routes let no packet in from the client: a blackhole, a reverse path that is another
	Returning                  // the routes have no way back to the client, or an odd one
	Down                       // the device is down, or has no carrier
	NoARP                      // the device does not answer those who ask for its address: "arp off"
	ARPIgnored                 // net.ipv4.conf.*.arp_ignore
	Renamed                    // the proxy of an engine answers from another address than it was asked at, by UDP
	Stranded                   // the proxy of an engine does not get to the containers by the routes
	Astray                     // packets for a container leave by another device than its bridge
	Bridged                    // the device is in a bridge, which gets what comes for its address
	Uncarried                  // the engine takes the port at an address of IPv6, and sends nothing on to a container
	Foreign                    // no device of the host has the address, and it may be bound all the same (ip_nonlocal_bind)
)

// String tells it from others; it is not for users.
func (w Way) String() string {
	name := [...]string{"", "way in", "way back", "down", "no ARP", "ARP ignored", "renamed", "stranded", "astray", "bridged", "uncarried", "foreign"}[w.Lost]
	if w.Errno != 0 {
		name += fmt.Sprintf(" (%d)", int(w.Errno))
	}
	return name + " " + w.Device
}

// Command is what shows it.
func (w Way) Command() string {
	family := ""
	if w.Local.Is6() {
		family = "-6 "
	}
	ports := ""
	if w.Protocol != "" {
		ports = fmt.Sprintf(" ipproto %s sport %d dport %d", w.Protocol, w.Source, w.Target)
	}
	switch w.Lost {
	case Astray, Stranded:
		if w.Device == "" { // the host itself goes there
			return fmt.Sprintf("ip route get %s", w.Client)
		}
		return fmt.Sprintf("ip route get %s from %s iif %s%s", w.Local, w.Client, w.Device, ports)
	case Coming:
		return fmt.Sprintf("ip %sroute get %s from %s iif %s%s", family, w.Local, w.Client, w.Device, ports)
	case Renamed:
		return fmt.Sprintf("ip %sroute get %s", family, w.Client)
	case Returning:
		return fmt.Sprintf("ip %sroute get %s from %s%s", family, w.Client, w.Local, ports)
	case ARPIgnored:
		return fmt.Sprintf("sysctl net.ipv4.conf.all.arp_ignore net/ipv4/conf/%s/arp_ignore", w.Device)
	case Foreign:
		return fmt.Sprintf("ip %sroute get %s", family, w.Local)
	}
	return "ip link show dev " + w.Device
}
