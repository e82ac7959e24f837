package sockets

import (
	"encoding/binary"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/safeport/safeport/internal/facts"
)

// opener tells from a connection's struct tcp_info which end opened it. Both ends count the bytes that the other has
// acknowledged, and the SYN counts as one for the end that sent it: with nothing on its way, an opener has one byte more
// acknowledged than it sent. The counters came with kernel 4.19 (tcpi_bytes_sent).
func opener(state uint8, raw []byte) facts.Opener {
	var info unix.TCPInfo
	const last = unsafe.Offsetof(info.Bytes_retrans)
	if state != stateEstablished || len(raw) < int(last)+8 {
		return facts.OpenerUnknown
	}
	unacked := binary.NativeEndian.Uint32(raw[unsafe.Offsetof(info.Unacked):])
	unsent := binary.NativeEndian.Uint32(raw[unsafe.Offsetof(info.Notsent_bytes):])
	if unacked != 0 || unsent != 0 {
		return facts.OpenerUnknown
	}
	acked := binary.NativeEndian.Uint64(raw[unsafe.Offsetof(info.Bytes_acked):])
	sent := binary.NativeEndian.Uint64(raw[unsafe.Offsetof(info.Bytes_sent):])
	again := binary.NativeEndian.Uint64(raw[last:])
	switch acked - (sent - again) {
	case 0:
		return facts.OpenedByRemote
	case 1:
		return facts.OpenedHere
	}
	return facts.OpenerUnknown
}
