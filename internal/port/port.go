// Package port holds the value types of the question: protocols, ranges of numbers, the addresses that sockets bind, and
// when two of them are in each other's way. It does no I/O.
package port

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/safeport/safeport/internal/message"
)

// Protocol is a transport protocol with ports of its own: TCP 80 and UDP 80 have nothing to do with each other.
type Protocol uint8

// The protocols that can be wanted, by their IP protocol numbers. Engines publish SCTP too, so that files have it; it is
// known here and not judged: a trial would load the kernel's module for it.
const (
	TCP  Protocol = 6
	UDP  Protocol = 17
	SCTP Protocol = 132
)

func (p Protocol) String() string {
	switch p {
	case UDP:
		return "udp"
	case SCTP:
		return "sctp"
	}
	return "tcp"
}

// Tried says whether a port of the protocol can be tried.
func (p Protocol) Tried() bool { return p != SCTP }

// ParseProtocol reads "tcp", "udp" or "sctp", in either case.
func ParseProtocol(s string) (Protocol, error) {
	switch strings.ToLower(s) {
	case "tcp":
		return TCP, nil
	case "udp":
		return UDP, nil
	case "sctp":
		return SCTP, nil
	}
	return 0, message.Errorf("protocol %q is not tcp, udp or sctp", s)
}

// ParseTried is [ParseProtocol] for what is to be tried.
func ParseTried(s string) (Protocol, error) {
	p, err := ParseProtocol(s)
	if err == nil && !p.Tried() {
		err = message.Errorf("%s ports can't be checked: use tcp or udp", p)
	}
	return p, err
}

// Range is the ports from First to Last, both included. The zero Range stands for a port that the engine picks itself.
type Range struct {
	First, Last uint16
}

// Single is the range of one port.
func Single(n uint16) Range { return Range{n, n} }

// Len is how many ports the range has; 0 for the zero Range.
func (r Range) Len() int {
	if r.First == 0 {
		return 0
	}
	return int(r.Last) - int(r.First) + 1
}

// Contains says whether n is in the range.
func (r Range) Contains(n uint16) bool { return r.Len() > 0 && r.First <= n && n <= r.Last }

// Overlaps says whether the ranges share a port.
func (r Range) Overlaps(o Range) bool {
	return r.Len() > 0 && o.Len() > 0 && r.First <= o.Last && o.First <= r.Last
}

func (r Range) String() string {
	if r.First == r.Last {
		return strconv.Itoa(int(r.First))
	}
	return fmt.Sprintf("%d-%d", r.First, r.Last)
}

// ParseRange reads "80" or "40000-40063". Ports are 1 to 65535; the error names the word that is wrong.
func ParseRange(s string) (Range, error) {
	first, last, isRange := strings.Cut(s, "-")
	lo, err := parseNumber(first)
	if err != nil {
		return Range{}, err
	}
	if !isRange {
		return Single(lo), nil
	}
	hi, err := parseNumber(last)
	if err != nil {
		return Range{}, err
	}
	if hi < lo {
		return Range{}, message.Errorf("range %q runs backwards: did you mean %d-%d?", s, hi, lo)
	}
	return Range{lo, hi}, nil
}

// parseNumber takes plain decimal digits only: "+80", "0x50" and "8_0" are what strconv would let through.
func parseNumber(s string) (uint16, error) {
	if s == "" || strings.Trim(s, "0123456789") != "" {
		return 0, message.Errorf("%q is not a port: a port is a number from 1 to 65535", s)
	}
	n, err := strconv.ParseUint(s, 10, 32)
	if err != nil || n > 65535 {
		return 0, message.Errorf("port %s is above 65535", s)
	}
	if n == 0 {
		return 0, message.Errorf("port %s is invalid: ports start at 1", s)
	}
	return uint16(n), nil
}
