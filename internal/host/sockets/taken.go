package sockets

import (
	"encoding/binary"
	"errors"
	"fmt"

	"golang.org/x/sys/unix"

	"github.com/safeport/safeport/internal/port"
)

// Taken are the ports of a range that any socket has, in whatever state and on whatever address. The kernel walks every
// connection for it, as for [Table.Others]; no more is read of each than its port.
func (t *Table) Taken(p port.Protocol, r port.Range) (*port.Set, error) {
	var taken port.Set
	if t.diag == nil {
		listed, err := readProcNet(t.root, p, maskListen|maskOthers|maskUDP, []port.Range{r})
		for _, c := range listed {
			taken.Add(c.Ports.First)
		}
		return &taken, err
	}
	masks := []uint32{maskListen | maskOthers, maskBound}
	if p == port.UDP {
		masks = []uint32{maskUDP}
	}
	for _, mask := range masks {
		for _, family := range []uint8{unix.AF_INET, unix.AF_INET6} {
			replies, err := t.diag.ask(family, p, mask, []port.Range{r})
			switch {
			case err != nil && family == unix.AF_INET6 && (errors.Is(err, unix.ENOENT) || errors.Is(err, unix.EAFNOSUPPORT)):
				continue // the kernel has no IPv6
			case err != nil:
				return nil, fmt.Errorf("counting %s sockets: %w", p, err)
			}
			for _, m := range replies {
				if len(m.Data) >= messageLen {
					taken.Add(binary.BigEndian.Uint16(m.Data[4:]))
				}
			}
		}
	}
	return &taken, nil
}
