package sockets

import (
	"net"
	"testing"
	"time"

	"github.com/safeport/safeport/internal/facts"
)

func TestTheEndThatOpenedAConnectionIsTold(t *testing.T) {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	client, err := net.Dial("tcp4", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	server, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	number := func(a net.Addr) uint16 { return uint16(a.(*net.TCPAddr).Port) }
	compare := func(t *testing.T) {
		deadline := time.Now().Add(3 * time.Second)
		for _, end := range []struct {
			name string
			port uint16
			want facts.Opener
		}{
			{"the client", number(client.LocalAddr()), facts.OpenedHere},
			{"the server", number(server.LocalAddr()), facts.OpenedByRemote},
		} {
			found, err := table(t).Others(single(end.port))
			for c := one(t, found, err); c.Opener != end.want; c = one(t, found, err) {
				// The other end may take a moment to say that it got everything; until then it is not known.
				if c.Opener != facts.OpenerUnknown || time.Now().After(deadline) {
					t.Fatalf("%s on port %d: %d, want %d", end.name, end.port, c.Opener, end.want)
				}
				time.Sleep(10 * time.Millisecond)
				found, err = table(t).Others(single(end.port))
			}
		}
	}
	t.Run("when nothing was said", compare)
	for _, from := range []struct{ writer, reader net.Conn }{{client, server}, {server, client}} {
		if _, err := from.writer.Write(make([]byte, 100)); err != nil {
			t.Fatal(err)
		}
		if _, err := from.reader.Read(make([]byte, 100)); err != nil {
			t.Fatal(err)
		}
	}
	t.Run("when both have talked", compare)
}

func TestAConnectionThatTellsTooLittleHasNoOpener(t *testing.T) {
	for name, raw := range map[string][]byte{"nothing": nil, "an old kernel's": make([]byte, 192)} {
		if got := opener(stateEstablished, raw); got != facts.OpenerUnknown {
			t.Errorf("%s: %d", name, got)
		}
	}
	if got := opener(stateTimeWait, make([]byte, 300)); got != facts.OpenerUnknown {
		t.Errorf("a connection that is over: %d", got)
	}
}
