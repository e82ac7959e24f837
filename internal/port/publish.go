package port

import (
	"net/netip"
	"strings"

	"github.com/safeport/safeport/internal/message"
)

// ParsePublish reads a port that the container engine binds, as "docker run -p" takes it:
//
//	8080:80                  all addresses
//	127.0.0.1:8080:80        one address; [::1]:8080:80
//	53:53/udp
//	8000-8010:80-90          as many ports of the host as of the container
//	8080-8090:80             any one of the host's ports
//	80, 127.0.0.1::80        the engine picks the host's port: the want's range is zero
//	published=8080,target=80,protocol=tcp
//
// The error names the word that is wrong.
func ParsePublish(spec string) (Requirement, error) {
	w, err := parsePublish(spec)
	if err != nil {
		return Requirement{}, message.Errorf("publishing %q: %w", spec, err)
	}
	w.Name, w.Mode, w.Origin = spec, Publish, Origin{Kind: "argument", Where: spec}
	return w, nil
}

func parsePublish(spec string) (Requirement, error) {
	addr, host, container, err := splitPublish(spec)
	if err != nil {
		return Requirement{}, err
	}
	w := Requirement{Protocol: TCP}
	container, proto, _ := strings.Cut(container, "/")
	if proto != "" {
		if w.Protocol, err = ParseProtocol(proto); err != nil {
			return Requirement{}, err
		}
	}
	if container == "" {
		return Requirement{}, message.Errorf("the container's port is missing: use 8080:80")
	}
	inside, err := ParseRange(container)
	if err != nil {
		return Requirement{}, err
	}
	if w.Addr, err = publishAddr(addr); err != nil {
		return Requirement{}, err
	}
	w.Target = inside
	if host == "" || strings.Trim(host, "0") == "" && inside.Len() == 1 {
		return w, nil // the engine picks
	}
	if w.Ports, err = ParseRange(host); err != nil {
		return Requirement{}, err
	}
	switch {
	case inside.Len() == w.Ports.Len():
	case inside.Len() == 1:
		w.AnyOf = 1
	default:
		return Requirement{}, message.Errorf("%s has %d ports but %s has %d: use the same number", host, w.Ports.Len(), container, inside.Len())
	}
	return w, nil
}

// splitPublish takes the words apart. An IPv6 address may stand without brackets, as Docker takes it, since the last two
// words are always the ports.
func splitPublish(spec string) (addr, host, container string, err error) {
	if strings.Contains(spec, "=") {
		host, container, err = splitLong(spec)
		return "", host, container, err
	}
	words := strings.Split(spec, ":")
	switch n := len(words); n {
	case 1:
		return "", "", spec, nil
	case 2:
		return "", words[0], words[1], nil
	default:
		return strings.Join(words[:n-2], ":"), words[n-2], words[n-1], nil
	}
}

// splitLong reads "published=8080,target=80,protocol=tcp", which "docker run -p" takes as it is the form of services.
func splitLong(spec string) (host, container string, err error) {
	proto := "tcp"
	for param := range strings.SplitSeq(spec, ",") {
		key, value, _ := strings.Cut(param, "=")
		switch key {
		case "published":
			host = value
		case "target":
			container = value
		case "protocol":
			proto = value
		default:
			return "", "", message.Errorf("%q is not published=, target= or protocol=", param)
		}
	}
	if container == "" {
		return "", "", message.Errorf("target=, the container's port, is missing")
	}
	return host, container + "/" + proto, nil
}

func publishAddr(s string) (netip.Addr, error) {
	inner := s
	if strings.HasPrefix(s, "[") && strings.HasSuffix(s, "]") {
		inner = s[1 : len(s)-1]
	}
	if inner == "" { // also of "[]:8080:80"
		return netip.Addr{}, nil
	}
	a, err := netip.ParseAddr(inner)
	if err != nil || a.Zone() != "" {
		return netip.Addr{}, message.Errorf("%q is not an IP address: use 127.0.0.1:8080:80 or [::1]:8080:80", s)
	}
	return a, nil
}
