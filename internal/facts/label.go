package facts

import (
	"github.com/safeport/safeport/internal/port"
)

// PortLabel is the type that SELinux's policy gives ports: "http_port_t".
type PortLabel struct {
	Protocol port.Protocol
	Ports    port.Range
	Type     string
}

// PortLabels are those of a host on which SELinux enforces its policy. The list is empty where it may not be read.
type PortLabels struct{ List []PortLabel }

// LabelOf is the label of a port: of several that it lies in, the narrowest; among those as narrow, the first.
func LabelOf(labels []PortLabel, p port.Protocol, n uint16) (found PortLabel, ok bool) {
	for _, l := range labels {
		if l.Protocol == p && l.Ports.Contains(n) && (!ok || l.Ports.Len() < found.Ports.Len()) {
			found, ok = l, true
		}
	}
	return found, ok
}
