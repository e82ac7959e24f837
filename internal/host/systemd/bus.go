package systemd

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/godbus/dbus/v5"
)

// busTimeout bounds all that is asked of a systemd: it answers within a millisecond, or it has other troubles.
const busTimeout = time.Second

// bus is a connection to systemd.
type bus struct {
	manager *Manager
	conn    *dbus.Conn
	cancel  context.CancelFunc
}

const (
	destination = "org.freedesktop.systemd1"
	managerPath = dbus.ObjectPath("/org/freedesktop/systemd1")
)

var errNoBus = errors.New("systemd cannot be asked")

// connect speaks to systemd on the socket that it keeps for its own user, or else over the bus of the system. A bus that
// does not run is left alone: systemd would start it for who connects.
func (m *Manager) connect(ctx context.Context) (*bus, error) {
	ctx, cancel := context.WithTimeout(ctx, busTimeout)
	conn, err := m.dial(ctx, m.private)
	if err != nil && m.busRuns() {
		if conn, err = m.dial(ctx, "run/dbus/system_bus_socket"); err == nil {
			err = conn.Hello()
		}
	}
	if err != nil {
		cancel()
		return nil, cmp.Or(err, errNoBus)
	}
	return &bus{m, conn, cancel}, nil
}

func (m *Manager) dial(ctx context.Context, socket string) (*dbus.Conn, error) {
	path := m.path(socket)
	if _, err := os.Stat(path); err != nil {
		return nil, err
	}
	conn, err := dbus.Dial("unix:path="+dbus.EscapeBusAddressValue(path), dbus.WithContext(ctx))
	if err != nil {
		return nil, err
	}
	if err := conn.Auth([]dbus.Auth{dbus.AuthExternal(strconv.Itoa(os.Geteuid()))}); err != nil {
		conn.Close()
		return nil, err
	}
	return conn, nil
}

// busRuns says whether the system's bus is there already.
func (m *Manager) busRuns() bool {
	return m.private == systemPrivate && slices.ContainsFunc([]string{"dbus.service", "dbus-broker.service"}, func(name string) bool {
		return m.running(&unit{name: name})
	})
}

func (b *bus) close() {
	b.conn.Close()
	b.cancel()
}

// loaded are the units of a kind that systemd has in memory: those that run are among them.
func (b *bus) loaded(ctx context.Context, kind string) (names []string, err error) {
	// a(ssssssouso): the name comes first.
	var units [][]any
	call := b.conn.Object(destination, managerPath).CallWithContext(ctx, destination+".Manager.ListUnitsByPatterns", dbus.FlagNoAutoStart,
		[]string{}, []string{"*" + kind})
	if err := call.Store(&units); err != nil {
		return nil, fmt.Errorf("listing systemd's units: %w", err)
	}
	for _, u := range units {
		if name, ok := u[0].(string); ok {
			names = append(names, name)
		}
	}
	return names, nil
}

// features are those that this systemd was built with: "+PAM -BPF_FRAMEWORK …".
func (b *bus) features(ctx context.Context) (string, error) {
	return answer[string](b.conn.Object(destination, managerPath).GoWithContext(ctx, "org.freedesktop.DBus.Properties.Get",
		dbus.FlagNoAutoStart, make(chan *dbus.Call, 1), destination+".Manager", "Features"))
}

// question is a property that was asked for; the answer is awaited later, so that many take as long as one.
func (b *bus) question(ctx context.Context, unit, section, property string) *dbus.Call {
	return b.conn.Object(destination, objectPath(unit)).GoWithContext(ctx, "org.freedesktop.DBus.Properties.Get", dbus.FlagNoAutoStart, make(chan *dbus.Call, 1),
		destination+"."+section, property)
}

func answer[T any](call *dbus.Call) (value T, err error) {
	<-call.Done
	var v dbus.Variant
	if err = call.Store(&v); err == nil {
		err = v.Store(&value)
	}
	return value, err
}

// objectPath is where the bus has a unit: bytes that are neither letters nor digits are written out, a digit at the
// beginning too.
func objectPath(unit string) dbus.ObjectPath {
	var b strings.Builder
	b.WriteString(string(managerPath) + "/unit/")
	for i, c := range []byte(unit) {
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' && i > 0 {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "_%02x", c)
		}
	}
	return dbus.ObjectPath(b.String())
}
