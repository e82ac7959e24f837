package sockets

import (
	"encoding/binary"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/safeport/safeport/internal/facts"
)

// message is a struct inet_diag_msg of an IPv4 socket in TIME_WAIT, without attributes.
func message() []byte {
	b := make([]byte, messageLen)
	b[0], b[1], b[2] = unix.AF_INET, stateTimeWait, timerTimeWait
	binary.BigEndian.PutUint16(b[4:], 40001)
	binary.NativeEndian.PutUint32(b[52:], 41500)
	return b
}

func TestDecodeReadsTheTimeThatIsLeft(t *testing.T) {
	c, err := decode(message())
	if err != nil {
		t.Fatal(err)
	}
	if c.State != facts.TimeWait || c.FreeIn != 41500*time.Millisecond || c.Ports.First != 40001 {
		t.Errorf("got port %v in state %v for %v", c.Ports, c.State, c.FreeIn)
	}
	retransmission := message()
	retransmission[1], retransmission[2] = stateEstablished, 1
	if c, err := decode(retransmission); err != nil || c.FreeIn != 0 {
		t.Errorf("a timer of another kind is read as %v, %v", c.FreeIn, err)
	}
}

func TestDecodeRefusesAReplyThatIsCutShort(t *testing.T) {
	if _, err := decode(message()[:messageLen-1]); err == nil || !strings.Contains(err.Error(), "71 bytes") {
		t.Errorf("error %v does not say what came", err)
	}
	attribute := binary.NativeEndian.AppendUint16(message(), 200) // longer than what follows
	attribute = binary.NativeEndian.AppendUint16(attribute, attrCgroupID)
	if _, err := decode(attribute); err == nil {
		t.Error("an attribute longer than its message is taken")
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(message())
	withAttribute := binary.NativeEndian.AppendUint16(message(), 5)
	f.Add(append(binary.NativeEndian.AppendUint16(withAttribute, attrV6Only), 1, 0, 0, 0))
	f.Add(binary.NativeEndian.AppendUint32(message(), 0xffffffff))
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := decode(b)
		if err == nil && (c.State == 0 || c.Socket == nil || !c.Binding.Addr.IsValid()) {
			t.Fatalf("%x is read as %+v", b, c)
		}
	})
}

func FuzzParseLine(f *testing.F) {
	for _, table := range []string{tcpTable, tcp6Table} {
		for line := range strings.Lines(table) {
			f.Add(line)
		}
	}
	f.Fuzz(func(t *testing.T, line string) {
		c, _, err := parseLine(line)
		if err == nil && (c.State == 0 || c.Socket == nil || !c.Binding.Addr.IsValid() || !c.Remote.IsValid()) {
			t.Fatalf("%q is read as %+v", line, c)
		}
	})
}
