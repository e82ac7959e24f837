package systemd

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/godbus/dbus/v5"
)

// How long one systemd may take for all that it is asked at once. It answers within a millisecond; while it reads its units
// anew on a busy host it takes a second and more. That of a user or of a container may be any program, and gets less.
const (
	hostsPatience  = 10 * time.Second
	othersPatience = time.Second
)

// bus is a connection to systemd.
type bus struct {
	manager *Manager
	conn    *dbus.Conn
	expired func() bool // the time for all that is asked is over
	cancel  context.CancelFunc
}

const (
	destination = "org.freedesktop.systemd1"
	managerPath = dbus.ObjectPath("/org/freedesktop/systemd1")
)

var errNoBus = errors.New("systemd cannot be asked")

// errLate is about a systemd that did not answer in time: its files may say something else than what it runs by.
type errLate struct{ within time.Duration }

func (e errLate) Error() string { return fmt.Sprintf("systemd has not answered within %v", e.within) }

// connect speaks to systemd on the socket that it keeps for its own user, or else over the bus of the system. A bus that
// does not run is left alone: systemd would start it for who connects.
func (m *Manager) connect(ctx context.Context) (*bus, error) {
	if m.silent.Load() {
		return nil, errLate{m.patience}
	}
	ctx, cancel := context.WithTimeout(ctx, m.patience)
	conn, err := m.dial(ctx, m.private)
	if err != nil && m.busRuns() {
		if conn, err = m.dial(ctx, "run/dbus/system_bus_socket"); err == nil {
			err = conn.Hello()
		}
	}
	b := &bus{m, conn, func() bool { return errors.Is(ctx.Err(), context.DeadlineExceeded) }, cancel}
	if err != nil {
		defer cancel()
		return nil, b.late(cmp.Or(err, errNoBus))
	}
	return b, nil
}

// late is the error of a question that was not answered in time, and any other error as it is. A systemd that is late is not
// asked again: each question would wait as long.
func (b *bus) late(err error) error {
	if err == nil || !b.expired() {
		return err
	}
	b.manager.silent.Store(true)
	return errLate{b.manager.patience}
}

func (m *Manager) dial(ctx context.Context, name string) (*dbus.Conn, error) {
	path := m.path(name)
	if _, err := os.Stat(path); err != nil {
		return nil, err
	}
	socket, err := new(net.Dialer).DialContext(ctx, "unix", path)
	if err != nil {
		return nil, err
	}
	conn, err := dbus.NewConn(&talk{Conn: socket, left: maxSaid}, dbus.WithContext(ctx))
	if err != nil {
		socket.Close()
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
