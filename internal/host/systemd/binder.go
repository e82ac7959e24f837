package systemd

import (
	"cmp"
	"context"
	"encoding/binary"
	"fmt"
	"io/fs"
	"os/user"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/port"
)

// Binder tells with which rights a service binds its ports, and the control group in which it does. The error wraps
// [fs.ErrNotExist] when the host has no such unit.
func (m *Manager) Binder(ctx context.Context, name string) (b *facts.Binder, cgroup string, err error) {
	u, err := m.load(name)
	switch {
	case err != nil:
		return nil, "", fmt.Errorf("reading unit %s: %w", name, err)
	case u == nil:
		return nil, "", fmt.Errorf("unit %s: %w", name, fs.ErrNotExist)
	}
	if err := u.apart(name); err != nil {
		return nil, "", err
	}
	b = &facts.Binder{Name: name, User: cmp.Or(u.last("Service", "User"), "root"), Units: []string{name}, Privileged: m.privileged(u)}
	if isTrue(u.last("Service", "DynamicUser")) && b.User == "root" {
		b.User = u.prefix() // the name that systemd makes up for it
	}
	sockets, err := m.Sockets(ctx)
	for _, s := range sockets {
		if s.Service == name {
			b.Units = append(b.Units, s.Name)
		}
	}
	if deny := u.all("Service", "SocketBindDeny"); len(deny) > 0 && m.bindsByRule(ctx) {
		b.Deny, b.Allow = bindRules(deny), bindRules(u.all("Service", "SocketBindAllow"))
	}
	u.sandbox(b)
	return b, "/" + m.cgroup(u), err
}

const netBindService = "CAP_NET_BIND_SERVICE"

// privileged says whether the service may bind privileged ports: as root, by an ambient capability, or by one of its
// program's file. A user namespace of its own takes all of that away, as capabilities in it say nothing of the host.
func (m *Manager) privileged(u *unit) bool {
	switch users := u.last("Service", "PrivateUsers"); {
	case isTrue(users), slices.Contains([]string{"self", "identity", "full", "managed"}, users): // words since systemd 257
		return false
	}
	prefix := ""
	for _, command := range u.all("Service", "ExecStart") {
		prefix = command[:len(command)-len(strings.TrimLeft(command, "@-:+!|"))]
		break
	}
	if strings.Contains(prefix, "+") {
		return true // no setting applies to this command
	}
	account := u.last("Service", "User")
	asRoot := (account == "" || account == "root" || account == "0") && !isTrue(u.last("Service", "DynamicUser")) || prefix == "!"
	return u.capability("CapabilityBoundingSet", true) &&
		(asRoot || u.capability("AmbientCapabilities", false) || !isTrue(u.last("Service", "NoNewPrivileges")) && m.fileMayBind(u))
}

// capability says whether a set of capabilities has the one to bind privileged ports (systemd.exec(5)): the first line
// replaces what is so without any, later ones add to it, and a tilde means all but these.
func (u *unit) capability(key string, without bool) bool {
	has, said := without, false
	for _, e := range u.entries {
		if e.section != "Service" || e.key != key {
			continue
		}
		list, inverted := strings.CutPrefix(u.expand(e.value), "~")
		named := slices.Contains(strings.Fields(strings.ToUpper(list)), netBindService)
		switch {
		case !said || list == "":
			has = named != inverted
		case inverted:
			has = has && !named
		default:
			has = has || named
		}
		said = list != ""
	}
	return has
}

// fileMayBind says whether the program's file gives the capability to whoever runs it (capabilities(7), "File
// capabilities": struct vfs_cap_data of linux/capability.h).
func (m *Manager) fileMayBind(u *unit) bool {
	argv := u.program()
	if len(argv) == 0 {
		return false
	}
	var data [64]byte
	n, err := unix.Getxattr(m.path(argv[0]), "security.capability", data[:])
	if err != nil || n < 8 {
		return false
	}
	return binary.LittleEndian.Uint32(data[4:])&(1<<unix.CAP_NET_BIND_SERVICE) != 0
}

// bindsByRule says whether this systemd enforces SocketBindDeny=: it was built with what that takes, or it warns and goes
// on without. Where it cannot be asked it is taken at its file's word.
func (m *Manager) bindsByRule(ctx context.Context) bool {
	b, err := m.connect(ctx)
	if err != nil {
		return true
	}
	defer b.close()
	features, err := b.features(ctx)
	return err != nil || strings.Contains(features, "+BPF_FRAMEWORK")
}

// bindRules reads "any", "8080", "ipv4:tcp:1024-65535" (systemd.resource-control(5)). A word that says nothing known is
// left out, as systemd does.
func bindRules(values []string) (rules []facts.BindRule) {
	for _, value := range values {
		if r, ok := bindRule(value); ok {
			rules = append(rules, r)
		}
	}
	return rules
}

func bindRule(value string) (r facts.BindRule, ok bool) {
	for word := range strings.SplitSeq(value, ":") {
		switch word {
		case "any":
		case "ipv4":
			r.V4 = true
		case "ipv6":
			r.V6 = true
		case "tcp":
			r.Protocol = port.TCP
		case "udp":
			r.Protocol = port.UDP
		default:
			ports, err := port.ParseRange(word)
			if err != nil {
				return r, false
			}
			r.Ports = ports
		}
	}
	return r, true
}

// UserBinder is a user who starts a program himself: no more than root's capability lets him bind privileged ports.
func UserBinder(name string) (*facts.Binder, error) {
	account, err := user.Lookup(name)
	if err != nil {
		if account, err = user.LookupId(name); err != nil {
			return nil, fmt.Errorf("user %s: %w", name, fs.ErrNotExist)
		}
	}
	return &facts.Binder{Name: name, User: account.Username, Privileged: account.Uid == "0"}, nil
}
