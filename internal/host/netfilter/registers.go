package netfilter

import (
	"encoding/binary"

	"github.com/safeport/safeport/internal/port"
)

// registers are those of the kernel's rule machine: 16 of 4 bytes, or the same bytes as 4 of 16. A byte is known bit by
// bit, as of a client's address only the network may be known; or it is one of the two bytes of the port that was asked
// about, which is many ports at once.
type registers [64]cell

type cell struct {
	value, known byte // value is 0 where known is
	port         portByte
}

type portByte uint8

const (
	noPort portByte = iota
	portHigh
	portLow
)

var unknown = cell{}

func sure(b byte) cell { return cell{value: b, known: 0xff} }

// wantedPort is the port that was asked about, as it stands in a packet.
var wantedPort = [2]cell{{port: portHigh}, {port: portLow}}

// register translates a number of the protocol (linux/netfilter/nf_tables.h) to a place: 1 to 4 are the wide ones, 8 to
// 23 the narrow.
func register(n uint32) int {
	switch {
	case n >= 1 && n <= 4:
		return int(n-1) * 16
	case n >= 8 && n <= 23:
		return int(n-8) * 4
	}
	return -1
}

// load writes cells to the register at a place, and zeros up to its end, as the kernel does.
func (r *registers) load(at int, cells []cell) {
	at = min(max(at, 0), len(r))
	n := copy(r[at:], cells)
	for i := at + n; i%4 != 0 && i < len(r); i++ {
		r[i] = sure(0)
	}
}

// forget makes n bytes unknown.
func (r *registers) forget(at, n int) {
	for i := max(at, 0); i < min(at+n, len(r)); i++ {
		r[i] = unknown
	}
}

func (r *registers) slice(at, n int) []cell {
	if at < 0 || n < 0 || at+n > len(r) {
		return nil
	}
	return r[at : at+n]
}

func known(b []byte) []cell {
	cells := make([]cell, len(b))
	for i, v := range b {
		cells[i] = sure(v)
	}
	return cells
}

// values are those of cells that are all known.
func values(cells []cell) ([]byte, bool) {
	b := make([]byte, len(cells))
	for i, c := range cells {
		if c.known != 0xff {
			return nil, false
		}
		b[i] = c.value
	}
	return b, len(cells) > 0
}

// answer is what a condition says of packets to a set of ports.
type answer struct {
	live   ports // those for which it may hold
	unsure bool  // whether it holds for them cannot be foreseen
}

// within says for which of the ports cells lie from low to high, both included, as numbers with the highest byte first.
func within(cells []cell, low, high []byte, live ports) answer {
	if len(cells) != len(low) || len(cells) != len(high) || len(cells) == 0 {
		return answer{live, true}
	}
	if r, rest, ok := portRange(cells, low, high); ok {
		a := equal(cells[2:], rest, live)
		a.live = a.live.and(r)
		return a
	}
	if string(low) == string(high) {
		return equal(cells, low, live)
	}
	// The lowest and the highest number that the cells can be.
	var least, most [64]byte
	for i, c := range cells {
		least[i], most[i] = c.value, c.value|^c.known
		if c.port != noPort {
			return answer{live, true}
		}
	}
	n := len(cells)
	switch {
	case string(most[:n]) < string(low) || string(least[:n]) > string(high):
		return answer{}
	case string(least[:n]) >= string(low) && string(most[:n]) <= string(high):
		return answer{live: live}
	}
	return answer{live, true}
}

// portRange reads the condition as one on the wanted port, if the cells begin with it; rest is what is asked of the others.
func portRange(cells []cell, low, high []byte) (r port.Range, rest []byte, ok bool) {
	if len(cells) < 2 || cells[0].port != portHigh || cells[1].port != portLow || string(low[2:]) != string(high[2:]) {
		return port.Range{}, nil, false
	}
	return port.Range{First: binary.BigEndian.Uint16(low), Last: binary.BigEndian.Uint16(high)}, low[2:], true
}

// equal says for which of the ports cells are the given bytes.
func equal(cells []cell, want []byte, live ports) answer {
	a := answer{live: live}
	for i := 0; i < len(cells); i++ {
		c := cells[i]
		switch {
		case c.port == portHigh && i+1 < len(cells) && cells[i+1].port == portLow:
			a.live = a.live.and(port.Single(binary.BigEndian.Uint16(want[i:])))
			i++
		case c.port != noPort:
			a.unsure = true
		case (c.value^want[i])&c.known != 0:
			return answer{}
		case c.known != 0xff:
			a.unsure = true
		}
	}
	return a
}

// not turns an answer about the live ports around.
func (a answer) not(live ports) answer {
	if a.unsure {
		return answer{live, true}
	}
	return answer{live: live.without(a.live)}
}
