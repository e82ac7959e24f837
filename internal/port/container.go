package port

import (
	"slices"
	"strings"
)

// Container is what decides with which rights a container's program binds its ports, as its Compose file has it.
type Container struct {
	Service  string // of the Compose file
	Image    string
	Program  string // that the file has it run; empty: the image's
	User     string // as the file says; empty: the image's
	BuiltIn  bool   // the definition is one of safeport's own, with images that are known
	Bound    bool   // CAP_NET_BIND_SERVICE is in its bounding set
	Added    bool   // the file adds that capability
	NoSetcap bool   // a program's file cannot give it (no-new-privileges)
	OwnUsers bool   // the file asks the engine not to map users (userns_mode: host)
	Sysctl   string // net.ipv4.ip_unprivileged_port_start as the file sets it in the container's network; empty: it does not
}

// Bounds says whether a capability is left to a container that drops some and adds some, as Docker reckons: what is added
// counts after what is dropped, but for ALL.
func Bounds(capability string, drop, add []string) (bounded, added bool) {
	has := func(list []string, name string) bool {
		return slices.ContainsFunc(list, func(s string) bool { return strings.TrimPrefix(strings.ToUpper(s), "CAP_") == name })
	}
	added = has(add, capability)
	switch {
	case has(add, "ALL"):
		return !has(drop, capability), !has(drop, capability)
	case has(drop, "ALL"):
		return added, added
	}
	return added || !has(drop, capability), added
}

// IsRoot says whether "USER[:GROUP]" is root. Empty is, as engines have it.
func IsRoot(user string) bool {
	name, _, _ := strings.Cut(user, ":")
	return name == "" || name == "root" || strings.Trim(name, "0") == ""
}
