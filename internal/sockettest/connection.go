package sockettest

import (
	"net/netip"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/safeport/safeport/internal/port"
)

// Connection is an outgoing TCP connection on the loopback address that was bound to a port of its own choice, without
// SO_REUSEADDR: from Local to a listener at Remote.
type Connection struct {
	Local, Remote uint16
	client        *Socket
	accepted      int
}

// Connect opens a connection from 127.0.0.1 to a listener of its own.
func Connect(t testing.TB) *Connection {
	t.Helper()
	loopback := netip.AddrFrom4([4]byte{127, 0, 0, 1})
	listener := Hold(t, Server(port.Binding{Addr: loopback}, 0))
	client := Hold(t, Shape{Binding: port.Binding{Addr: loopback}, Idle: true})
	if err := unix.Connect(client.FD, address(loopback, listener.Port)); err != nil {
		t.Fatalf("connecting to port %d: %v", listener.Port, err)
	}
	accepted, _, err := unix.Accept4(listener.FD, unix.SOCK_CLOEXEC)
	if err != nil {
		t.Fatalf("accepting on port %d: %v", listener.Port, err)
	}
	t.Cleanup(func() { unix.Close(accepted) })
	return &Connection{Local: client.Port, Remote: listener.Port, client: client, accepted: accepted}
}

// Finish ends the connection, the client's side first: its port stays in TIME_WAIT.
func (c *Connection) Finish(t testing.TB) {
	t.Helper()
	unix.Shutdown(c.client.FD, unix.SHUT_WR)
	if _, err := unix.Read(c.accepted, make([]byte, 1)); err != nil {
		t.Fatalf("waiting for the client's end: %v", err)
	}
	unix.Shutdown(c.accepted, unix.SHUT_WR)
	if _, err := unix.Read(c.client.FD, make([]byte, 1)); err != nil {
		t.Fatalf("waiting for the server's end: %v", err)
	}
	c.client.Close()
}
